package io.fastmemory.model.scoring;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.Year;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A date or time of day as precise as it was written: year, month, day and time, each perhaps unsaid.
 *
 * <p>Spellings: ISO-8601 dates and instants, {@code 2023/05/08}, {@code 8.5.2023} (day first), {@code 5/8/2023} (both orders are
 * possible and either may agree), {@code 8 May 2023}, {@code May 8th, 2023}, {@code the 8th of May}, {@code May 2023},
 * {@code Monday, 8 May 2023} (the weekday must fit), {@code the Friday before 14 August 2023}, {@code the day after 1 May 2023}, and
 * the times {@code 15:30}, {@code 3:30 pm}, {@code noon}. A bare year is a number.
 */
record WrittenDate(
        @Nullable Integer year,
        @Nullable Integer month,
        @Nullable Integer day,
        @Nullable LocalTime time) {
    /** No date is written in more characters. */
    private static final int LONGEST = 80;

    private static final String MONTH = "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
            + "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?!\\p{L})\\.?";
    private static final String DAY = "(?<![\\d.,:])(\\d{1,2})(?:st|nd|rd|th)?(?!\\d|[.,:]\\d)";
    private static final String YEAR = "(\\d{4})(?![\\d])";
    private static final String WEEKDAY = "(mon|tues?|wednes|thurs?|fri|satur|sun)day";
    private static final String CLOCK =
            "(\\d{1,2})(?::(\\d{2}))(?::(\\d{2})(?:\\.\\d+)?)?(?: ?([ap])\\.? ?m(?!\\p{L})\\.?)?";

    private static final Pattern DATE = Pattern.compile("(?<![\\p{L}\\d])(?:" + WEEKDAY + ",? +)?(?:"
            + "(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})(?:[t ]" + CLOCK + "(?:z| ?utc|\\+00:?00)?)?(?!\\d)" // 2 3 4, 5-8
            + "|(\\d{1,2})([-/.])(\\d{1,2})[-/.](\\d{4})(?!\\d)" // 9 10 11 12
            + "|(?:the )?" + DAY + " ?(?:of )?" + MONTH + "(?:,? ?" + YEAR + ")?" // 13 14 15
            + "|" + MONTH + " ?(?:the )?" + DAY + "(?:,? ?" + YEAR + ")?" // 16 17 18
            + "|" + YEAR + ",? " + MONTH + "(?: " + DAY + ")?" // 19 20 21
            + "|" + MONTH + ",? (?:of )?" + YEAR + ")"); // 22 23
    private static final Pattern TIME = Pattern.compile("(?<![\\p{L}\\d:.])(?:" + CLOCK
            + "|(\\d{1,2}) ?([ap])\\.? ?m(?!\\p{L})\\.?|(noon|midnight)(?!\\p{L}))(?![\\d:])");
    private static final Pattern RELATIVE =
            Pattern.compile("(?:the )?(?:" + WEEKDAY + "|day) (before|after) (?:the )?$");
    private static final Pattern AROUND = Pattern.compile("^(?:on |in |at )?(?:the )?|[\\s.,;!]+$");
    private static final List<String> WEEKDAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    /** A mention of a date in a folded text; more than one reading where the order of day and month is open. */
    record Mention(int start, int end, Set<WrittenDate> readings) {}

    /** The readings of a text that is a date or time as a whole; empty if it is none. */
    static Set<WrittenDate> of(NormalText text) {
        String folded = text.folded().strip();
        if (folded.length() > LONGEST) {
            return Set.of();
        }
        String whole = AROUND.matcher(folded).replaceAll("");
        for (Mention mention : mentions(whole)) {
            if (mention.start() == 0 && mention.end() == whole.length()) {
                return mention.readings();
            }
        }
        return Set.of();
    }

    /** Every date and time of day in a folded text, in their order; a relative one stands for the day it means. */
    static List<Mention> mentions(String folded) {
        List<Mention> mentions = new ArrayList<>();
        Matcher date = DATE.matcher(folded);
        StringBuilder rest = new StringBuilder(folded);
        while (date.find()) {
            Set<WrittenDate> readings = readings(date);
            if (!readings.isEmpty()) {
                mentions.add(related(folded, date.start(), date.end(), readings));
                for (int i = date.start(); i < date.end(); i++) {
                    rest.setCharAt(i, '#');
                }
            }
        }
        Matcher time = TIME.matcher(rest);
        while (time.find()) {
            LocalTime value = time.group(7) != null
                    ? (time.group(7).equals("noon") ? LocalTime.NOON : LocalTime.MIDNIGHT)
                    : time.group(5) != null
                            ? clock(time.group(5), null, null, time.group(6))
                            : clock(time.group(1), time.group(2), time.group(3), time.group(4));
            if (value != null) {
                mentions.add(new Mention(time.start(), time.end(), Set.of(new WrittenDate(null, null, null, value))));
            }
        }
        return mentions;
    }

    /** Whether every part of {@code coarser} is said here too, with the same value. */
    boolean refines(WrittenDate coarser) {
        return agrees(coarser.year, year)
                && agrees(coarser.month, month)
                && agrees(coarser.day, day)
                && agrees(coarser.time, time);
    }

    private static boolean agrees(@Nullable Object coarser, @Nullable Object finer) {
        return coarser == null || coarser.equals(finer);
    }

    private static Mention related(String folded, int start, int end, Set<WrittenDate> readings) {
        int from = Math.max(0, start - LONGEST);
        Matcher relation = RELATIVE.matcher(folded.substring(from, start));
        if (!relation.find()) {
            return new Mention(start, end, readings);
        }
        Set<WrittenDate> moved = new HashSet<>();
        for (WrittenDate reading : readings) {
            LocalDate day = reading.localDate();
            if (day != null) {
                moved.add(ofDate(moved(day, relation.group(1), relation.group(2).equals("before"))));
            }
        }
        return moved.isEmpty() ? new Mention(start, end, readings) : new Mention(from + relation.start(), end, moved);
    }

    private static LocalDate moved(LocalDate day, @Nullable String weekday, boolean before) {
        if (weekday == null) {
            return before ? day.minusDays(1) : day.plusDays(1);
        }
        DayOfWeek target = DayOfWeek.of(WEEKDAYS.indexOf(weekday.substring(0, 3)) + 1);
        return day.with(before ? TemporalAdjusters.previous(target) : TemporalAdjusters.next(target));
    }

    private static Set<WrittenDate> readings(Matcher date) {
        Set<WrittenDate> readings = new HashSet<>();
        if (date.group(2) != null) {
            LocalTime time = clock(date.group(5), date.group(6), date.group(7), date.group(8));
            add(readings, date.group(2), number(date.group(3)), date.group(4), time);
            if (LocalTime.MIDNIGHT.equals(time)) {
                add(readings, date.group(2), number(date.group(3)), date.group(4), null);
            }
        } else if (date.group(9) != null) {
            add(readings, date.group(12), number(date.group(11)), date.group(9), null);
            if (!".".equals(date.group(10))) {
                add(readings, date.group(12), number(date.group(9)), date.group(11), null);
            }
        } else if (date.group(14) != null) {
            add(readings, date.group(15), month(date.group(14)), date.group(13), null);
        } else if (date.group(16) != null) {
            add(readings, date.group(18), month(date.group(16)), date.group(17), null);
        } else if (date.group(20) != null) {
            add(readings, date.group(19), month(date.group(20)), date.group(21), null);
        } else {
            add(readings, date.group(23), month(date.group(22)), null, null);
        }
        String weekday = date.group(1);
        if (weekday != null) {
            readings.removeIf(reading -> !reading.fits(weekday.substring(0, 3)));
        }
        return readings;
    }

    private static void add(
            Set<WrittenDate> readings,
            @Nullable String year,
            @Nullable Integer month,
            @Nullable String day,
            @Nullable LocalTime time) {
        Integer y = number(year);
        Integer d = number(day);
        if (month == null
                || month < 1
                || month > 12
                || (d != null && (d < 1 || d > Month.of(month).maxLength()))) {
            return;
        }
        if (y != null && d != null && month == 2 && d == 29 && !Year.isLeap(y)) {
            return;
        }
        readings.add(new WrittenDate(y, month, d, time));
    }

    private boolean fits(String weekday) {
        LocalDate date = localDate();
        return date == null
                || date.getDayOfWeek().name().toLowerCase(Locale.ROOT).startsWith(weekday);
    }

    private @Nullable LocalDate localDate() {
        return year == null || month == null || day == null ? null : LocalDate.of(year, month, day);
    }

    private static WrittenDate ofDate(LocalDate date) {
        return new WrittenDate(date.getYear(), date.getMonthValue(), date.getDayOfMonth(), null);
    }

    private static @Nullable Integer month(String name) {
        return MONTHS.indexOf(name.substring(0, 3)) + 1;
    }

    private static @Nullable Integer number(@Nullable String digits) {
        return digits == null ? null : Integer.valueOf(digits);
    }

    private static @Nullable LocalTime clock(
            @Nullable String hour, @Nullable String minute, @Nullable String second, @Nullable String half) {
        if (hour == null) {
            return null;
        }
        int h = Integer.parseInt(hour);
        if (half != null) {
            if (h < 1 || h > 12) {
                return null;
            }
            h = h % 12 + (half.equals("p") ? 12 : 0);
        }
        try {
            return LocalTime.of(
                    h, Objects.requireNonNullElse(number(minute), 0), Objects.requireNonNullElse(number(second), 0));
        } catch (DateTimeException e) {
            return null; // 25:70 is no time of day
        }
    }
}

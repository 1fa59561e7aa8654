package io.fastmemory.datagen.grammar;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Draws values of one kind. */
@FunctionalInterface
public interface ValueKind {
    List<String> MONTHS = List.of(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December");

    /** A random value of this kind. */
    Value draw(SplitMix64 random);

    /** One of some words. */
    static ValueKind words(String... words) {
        List<Value> choices = Arrays.stream(words).map(Value::plain).toList();
        return random -> random.pick(choices);
    }

    /** Places that are spoken of with an article. */
    static ValueKind places(String... places) {
        List<Value> choices = Arrays.stream(places)
                .map(place -> new Value(place, List.of("the " + place), null, List.of("the " + place)))
                .toList();
        return random -> random.pick(choices);
    }

    /** Things with a proper name which are spoken of with an article, e.g. {@code the Lisbon desk}. */
    static ValueKind named(SubjectKind kind) {
        List<Value> choices = IntStream.range(0, kind.size())
                .mapToObj(kind::subject)
                .map(subject -> new Value(subject.name(), List.of(subject.inText()), null, List.of(subject.inText())))
                .toList();
        return random -> random.pick(choices);
    }

    /** People by first and last name; many share a first or a last name. */
    static ValueKind people() {
        return random -> Value.plain(People.draw(random));
    }

    /** Dates between April and December 2026. */
    static ValueKind dates() {
        List<List<Value>> months = IntStream.rangeClosed(4, 12)
                .mapToObj(month -> IntStream.rangeClosed(1, 28)
                        .mapToObj(day -> date(month, day))
                        .toList())
                .toList();
        return random -> random.pick(random.pick(months));
    }

    private static Value date(int month, int day) {
        String name = MONTHS.get(month - 1);
        String iso = "2026-" + two(month) + '-' + two(day);
        String dayFirst = day + " " + name;
        String monthFirst = name + " " + day;
        String full = dayFirst + " 2026";
        String american = monthFirst + ", 2026";
        return new Value(full, List.of(american, iso, dayFirst, monthFirst), null, List.of(full, american, iso));
    }

    /** Times of day in steps of five minutes. */
    static ValueKind times() {
        List<List<Value>> hours = IntStream.rangeClosed(6, 21)
                .mapToObj(hour -> IntStream.range(0, 12)
                        .mapToObj(step -> time(hour, two(step * 5)))
                        .toList())
                .toList();
        return random -> random.pick(random.pick(hours));
    }

    private static Value time(int hour, String minutes) {
        String value = two(hour) + ':' + minutes;
        String twelve = (hour > 12 ? hour - 12 : hour) + ":" + minutes + (hour < 12 ? " am" : " pm");
        return new Value(value, List.of(twelve), null, List.of(value, twelve));
    }

    /** Whole numbers with a unit. */
    static ValueKind quantity(int low, int high, int step, String unit) {
        List<Value> choices = IntStream.rangeClosed(0, (high - low) / step)
                .map(steps -> low + step * steps)
                .mapToObj(number -> {
                    String grouped = grouped(number) + ' ' + unit;
                    String bare = number + " " + unit;
                    List<String> spellings = grouped.equals(bare) ? List.of(bare) : List.of(grouped, bare);
                    return new Value(Integer.toString(number), spellings, unit, spellings);
                })
                .toList();
        return random -> random.pick(choices);
    }

    /** Amounts of money in euros. */
    static ValueKind euros(int low, int high, int step) {
        List<Value> choices = IntStream.rangeClosed(0, (high - low) / step)
                .map(steps -> low + step * steps)
                .mapToObj(number -> {
                    List<String> spellings =
                            List.of(grouped(number) + " euros", "€" + grouped(number), number + " euros");
                    return new Value(Integer.toString(number), spellings, "euros", spellings);
                })
                .toList();
        return random -> random.pick(choices);
    }

    /** Versions of three numbers. */
    static ValueKind versions() {
        return random -> Value.plain(random.between(1, 9) + "." + random.between(0, 19) + "." + random.between(1, 30));
    }

    /** Short codes of letters and digits. */
    static ValueKind codes() {
        return random -> {
            String letters = "ABCDEFGHKLMNPRSTVWXYZ";
            return Value.plain(letters.charAt(random.nextInt(letters.length()))
                    + Integer.toString(random.between(1, 9))
                    + '-'
                    + random.between(100, 999));
        };
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }

    private static String grouped(int number) {
        if (number < 1000) {
            return Integer.toString(number);
        }
        String rest = Integer.toString(1000 + number % 1000).substring(1);
        return number / 1000 + "," + rest;
    }
}

package io.fastmemory.datagen.table;

import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.JsonAt;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a table writes times.
 *
 * @param kind {@code iso}, {@code epoch_seconds}, {@code epoch_millis}, {@code offset_ms}, or a pattern of {@link
 *     DateTimeFormatter}
 * @param zone of times that name none
 */
record TimeText(String kind, ZoneId zone, @Nullable DateTimeFormatter pattern) {
    private static final String OFFSET = "offset_ms";
    /** 0001-01-01T00:00:00Z, and the last millisecond of the year 9999. */
    private static final long FIRST_MILLIS = -62_135_596_800_000L;

    private static final long LAST_MILLIS = 253_402_300_799_999L;

    static TimeText read(JsonAt format, JsonAt zone) throws ImportException {
        String kind = format.isAbsent() ? "iso" : format.text();
        ZoneId zoneId;
        try {
            zoneId = zone.isAbsent() ? ZoneOffset.UTC : ZoneId.of(zone.text());
        } catch (DateTimeException e) {
            throw zone.wrong("a time zone such as Europe/Berlin");
        }
        return switch (kind) {
            case "epoch_seconds", "epoch_millis", OFFSET -> new TimeText(kind, zoneId, null);
            case "iso" ->
                new TimeText(
                        kind,
                        zoneId,
                        DateTimeFormatter.ofPattern(
                                "uuuu-MM-dd['T'][' '][HH:mm[:ss][.SSSSSSSSS][.SSSSSS][.SSS][XXX]['['VV']']]",
                                Locale.ENGLISH));
            default -> {
                try {
                    yield new TimeText(kind, zoneId, DateTimeFormatter.ofPattern(kind, Locale.ENGLISH));
                } catch (IllegalArgumentException e) {
                    throw format.wrong(
                            "iso, epoch_seconds, epoch_millis, offset_ms, or a pattern such as dd.MM.uuuu HH:mm");
                }
            }
        };
    }

    /** Whether times are offsets from the start of the timeline rather than dates. */
    boolean isOffset() {
        return kind.equals(OFFSET);
    }

    /** Whether a dataset can hold a time; without this, what is out of bounds would become another time unseen. */
    boolean fits(long millis) {
        return millis >= (isOffset() ? 0 : FIRST_MILLIS) && millis <= LAST_MILLIS;
    }

    /** The times that fit, in words. */
    String range() {
        return isOffset() ? "an offset of at most " + LAST_MILLIS + " ms" : "a time from the year 1 to 9999";
    }

    /**
     * Milliseconds since the epoch, or since the start of the timeline.
     *
     * @throws DateTimeException if the text is not such a time
     */
    long millis(String text) {
        if (pattern != null) {
            return instant(pattern.parseBest(text.strip(), ZonedDateTime::from, LocalDateTime::from, LocalDate::from))
                    .toEpochMilli();
        }
        try {
            if (kind.equals("epoch_seconds")) {
                double seconds = Double.parseDouble(text.strip());
                if (!Double.isFinite(seconds)) {
                    throw new DateTimeException("not a finite number");
                }
                return Math.round(seconds * 1_000);
            }
            long millis = Long.parseLong(text.strip());
            if (isOffset() && millis < 0) {
                throw new DateTimeException("negative");
            }
            return millis;
        } catch (NumberFormatException e) {
            throw new DateTimeException("not a number", e);
        }
    }

    private Instant instant(TemporalAccessor parsed) {
        if (parsed instanceof ZonedDateTime zoned) {
            return zoned.toInstant();
        }
        LocalDateTime local = parsed instanceof LocalDateTime time ? time : ((LocalDate) parsed).atStartOfDay();
        return local.atZone(zone).toInstant();
    }
}

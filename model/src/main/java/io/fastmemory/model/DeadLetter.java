package io.fastmemory.model;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A line of the input that could not be used, kept so that nothing is dropped unseen.
 *
 * @param file name of the input file
 * @param line line number, from 1; 0 stands for the file, of which nothing more could be read
 * @param field JSON pointer of the offending field, or {@code null} when the line as a whole is
 * @param message what was expected and what was found
 * @param eventId the event's or query's id when it could be read
 * @param sha256 SHA-256 of the line's bytes
 * @param excerpt the first 1 KiB of the line
 */
public record DeadLetter(
        DeadLetterCode code,
        String file,
        long line,
        @Nullable String field,
        String message,
        @Nullable String eventId,
        String sha256,
        String excerpt) {
    private static final int EXCERPT_BYTES = 1024;

    /** The dead letter of a line: its digest and its first 1 KiB, never ending inside a character. */
    public static DeadLetter of(
            DeadLetterCode code,
            String file,
            long line,
            @Nullable String field,
            String message,
            @Nullable String eventId,
            byte[] bytes) {
        int end = Math.min(bytes.length, EXCERPT_BYTES);
        while (end > 0 && end < bytes.length && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        String excerpt = new String(bytes, 0, end, StandardCharsets.UTF_8);
        return new DeadLetter(code, file, line, field, message, eventId, ContentDigest.sha256Hex(bytes), excerpt);
    }
}

package io.fastmemory.model;

import org.jspecify.annotations.Nullable;

/**
 * A line of the input that could not be used, kept so that nothing is dropped unseen.
 *
 * @param file name of the input file
 * @param line line number, from 1
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
        String excerpt) {}

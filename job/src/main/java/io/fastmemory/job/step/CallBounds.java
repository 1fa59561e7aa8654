package io.fastmemory.job.step;

import java.io.Serializable;

/**
 * How much one call takes of what waits for an entity: the longest start of its queue within both bounds, at least one event.
 *
 * @param maxEvents so many events at most, from 1
 * @param maxCharacters of the events, however few they are; one alone may go beyond it
 */
public record CallBounds(int maxEvents, long maxCharacters) implements Serializable {
    /** So many events, whatever their size. */
    static CallBounds ofEvents(int events) {
        return new CallBounds(events, Long.MAX_VALUE);
    }

    /** Whether a call of so many events has no room for another one, however small. */
    boolean areReached(int events, long characters) {
        return events >= maxEvents || characters >= maxCharacters;
    }

    /** Whether a call of so many events, the last one of them included, is too large. */
    boolean areExceeded(int events, long characters) {
        return events > maxEvents || (events > 1 && characters > maxCharacters);
    }
}

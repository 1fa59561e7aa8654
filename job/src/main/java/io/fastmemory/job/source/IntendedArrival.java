package io.fastmemory.job.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fastmemory.model.Json;
import io.fastmemory.model.timeline.TimelineParser;
import java.io.IOException;
import java.time.Instant;
import org.apache.flink.util.function.SerializableFunction;

/**
 * When a line is intended to arrive, by its {@code offset_ms}; one that shows none, or one far ahead of all around
 * it, is due at once, to be refused.
 *
 * @param runStart when offset 0 arrives
 */
public record IntendedArrival(Instant runStart, Speed speed) implements SerializableFunction<InputLine, Instant> {
    private static final long serialVersionUID = 1L;

    /** Stands for the offset of a line that shows none. */
    static final long NO_OFFSET = -1;

    private static final String OFFSET = "offset_ms";
    private static final Instant AT_ONCE = Instant.EPOCH;

    @Override
    public Instant apply(InputLine line) {
        if (!speed.paced()) {
            return runStart;
        }
        long offsetMs = line.farAhead() ? NO_OFFSET : offsetMs(line);
        return offsetMs == NO_OFFSET ? AT_ONCE : speed.arrival(runStart, offsetMs);
    }

    /** The line's {@code offset_ms}, or {@link #NO_OFFSET} if it shows none that is allowed. */
    static long offsetMs(InputLine line) {
        try (JsonParser json = Json.MAPPER.getFactory().createParser(line.bytes())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return NO_OFFSET;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean offset = json.currentName().equals(OFFSET);
                JsonToken value = json.nextToken();
                if (offset) {
                    return value == JsonToken.VALUE_NUMBER_INT ? allowed(json.getLongValue()) : NO_OFFSET;
                }
                json.skipChildren();
            }
        } catch (IOException unreadable) {
            return NO_OFFSET; // parsing says why
        }
        return NO_OFFSET;
    }

    private static long allowed(long offsetMs) {
        return offsetMs < 0 || offsetMs > TimelineParser.MAX_OFFSET_MS ? NO_OFFSET : offsetMs;
    }
}

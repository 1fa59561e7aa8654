package io.fastmemory.job.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fastmemory.model.Json;
import io.fastmemory.model.timeline.TimelineParser;
import java.io.IOException;
import java.time.Instant;
import org.apache.flink.util.function.SerializableFunction;

/**
 * When a line is intended to arrive, by its {@code offset_ms}; one that shows none is due at once, to be refused.
 *
 * @param runStart when offset 0 arrives
 */
public record IntendedArrival(Instant runStart, Speed speed) implements SerializableFunction<InputLine, Instant> {
    private static final long serialVersionUID = 1L;

    private static final String OFFSET = "offset_ms";
    private static final Instant AT_ONCE = Instant.EPOCH;

    @Override
    public Instant apply(InputLine line) {
        if (!speed.paced()) {
            return runStart;
        }
        try (JsonParser json = Json.MAPPER.getFactory().createParser(line.bytes())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return AT_ONCE;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean offset = json.currentName().equals(OFFSET);
                JsonToken value = json.nextToken();
                if (offset) {
                    return value == JsonToken.VALUE_NUMBER_INT ? arrival(json.getLongValue()) : AT_ONCE;
                }
                json.skipChildren();
            }
        } catch (IOException unreadable) {
            return AT_ONCE; // parsing says why
        }
        return AT_ONCE;
    }

    private Instant arrival(long offsetMs) {
        return offsetMs > TimelineParser.MAX_OFFSET_MS ? AT_ONCE : speed.arrival(runStart, offsetMs);
    }
}

package io.fastmemory.job.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionTest {
    /** More than a JSON parser takes for one text unless it is told to. */
    private static final int LONG = 20_000_001;

    @Test
    void isReadBackWithARequestOfAnyLength() {
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        Decision decision = new Decision(
                "ann",
                1,
                List.of(),
                List.of(),
                DecisionOutcome.DECIDED,
                null,
                null,
                at,
                at,
                "x".repeat(LONG),
                null,
                List.of(),
                "[]",
                0,
                0,
                1,
                0,
                0,
                at);

        assertThat(Json.read(Json.write(decision), Decision.class)).isEqualTo(decision);
    }
}

package io.fastmemory.evaluation.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointWatchTest {
    private static final String JOB = "{\"vertices\":[{\"id\":\"loop\"},{\"id\":\"sink\"}]}";

    private final StringWriter told = new StringWriter();
    private final List<String> asked = new ArrayList<>();
    private String loopMetrics = "[]";
    private long unavailableMillis;

    @Test
    void tellsWhenTheEndpointIsGoneThenSeldomAndWhenItIsBack() throws Exception {
        loopMetrics = "[{\"id\":\"LLM_policy.llmUnavailableMillis\"},{\"id\":\"LLM_policy.llmCallsWaiting\"},"
                + "{\"id\":\"LLM_policy.policyCallMillis\"}]";
        PrintWriter out = new PrintWriter(told);

        SteppingClock clock = new SteppingClock();
        EndpointWatch watch = new EndpointWatch(this::answer, out, clock);
        watch.look(job());
        unavailableMillis = 2_500;
        watch.look(job());
        clock.now = clock.now.plusSeconds(9);
        unavailableMillis = 11_500;
        watch.look(job());
        clock.now = clock.now.plusSeconds(1);
        unavailableMillis = 12_500;
        watch.look(job());
        unavailableMillis = 0;
        watch.look(job());
        watch.look(job());

        assertThat(told.toString().lines())
                .containsExactly(
                        "note: LLM endpoint unavailable for 2 s, 7 calls waiting",
                        "note: LLM endpoint unavailable for 12 s, 7 calls waiting",
                        "note: LLM endpoint answers again");
        assertThat(asked)
                .filteredOn(path -> path.equals("/vertices/loop/subtasks/metrics"))
                .hasSize(1);
    }

    @Test
    void asksAgainUntilAStepShowsItsMetrics() throws Exception {
        EndpointWatch watch = new EndpointWatch(this::answer, new PrintWriter(told), new SteppingClock());

        watch.look(job());
        watch.look(job());

        assertThat(asked).filteredOn(path -> path.startsWith("/vertices/loop")).hasSize(2);
        assertThat(told.toString()).isEmpty();
    }

    private JsonNode answer(String path) throws IOException {
        asked.add(path);
        if (path.startsWith("/vertices/sink")) {
            return Json.MAPPER.readTree("[{\"id\":\"numRecordsIn\"}]");
        }
        return Json.MAPPER.readTree(
                path.contains("get=")
                        ? "[{\"id\":\"LLM_policy.llmUnavailableMillis\",\"max\":" + unavailableMillis
                                + ",\"sum\":9999},{\"id\":\"LLM_policy.llmCallsWaiting\",\"max\":4,\"sum\":7}]"
                        : loopMetrics);
    }

    private static JsonNode job() throws IOException {
        return Json.MAPPER.readTree(JOB);
    }

    private static final class SteppingClock extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}

package io.fastmemory.evaluation.launch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says on the terminal while the job's calls wait for a language model that is gone, and when it is back. */
final class EndpointWatch {
    private static final Duration REPEAT = Duration.ofSeconds(10);
    private static final String UNAVAILABLE = ".llmUnavailableMillis";
    private static final String WAITING = ".llmCallsWaiting";

    /** Asks the web UI about the job. */
    @FunctionalInterface
    interface Rest {
        /** The answer to {@code path}, which begins behind the job's id. */
        JsonNode get(String path) throws IOException, InterruptedException;
    }

    private final Rest rest;
    private final PrintWriter out;
    private final Clock clock;
    private final Map<String, List<String>> metricsOf = new HashMap<>();
    private @Nullable Instant toldAt;

    EndpointWatch(Rest rest, PrintWriter out, Clock clock) {
        this.rest = rest;
        this.out = out;
        this.clock = clock;
    }

    /** Looks at the steps of {@code job} that ask a model, and tells what is new, or every ten seconds what still lasts. */
    void look(JsonNode job) throws IOException, InterruptedException {
        long unavailableMillis = 0;
        long waiting = 0;
        for (JsonNode vertex : job.path("vertices")) {
            String path = "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
            List<String> ids = metricsOf(path);
            if (ids.isEmpty()) {
                continue;
            }
            for (JsonNode metric : rest.get(path + "?get=" + String.join(",", ids) + "&agg=max,sum")) {
                if (metric.path("id").asText().endsWith(UNAVAILABLE)) {
                    unavailableMillis =
                            Math.max(unavailableMillis, metric.path("max").asLong());
                } else {
                    waiting += metric.path("sum").asLong();
                }
            }
        }
        tell(unavailableMillis, waiting);
    }

    private void tell(long unavailableMillis, long waiting) {
        Instant now = clock.instant();
        if (unavailableMillis > 0
                && (toldAt == null || Duration.between(toldAt, now).compareTo(REPEAT) >= 0)) {
            out.printf(
                    "note: LLM endpoint unavailable for %,d s, %,d calls waiting%n",
                    Math.max(1, unavailableMillis / 1_000), waiting);
            toldAt = now;
        } else if (unavailableMillis == 0 && toldAt != null) {
            out.println("note: LLM endpoint answers again");
            toldAt = null;
        }
        out.flush();
    }

    /** The metrics of a step that speak of the endpoint; a step is asked for them until its first record made it show them. */
    private List<String> metricsOf(String path) throws IOException, InterruptedException {
        List<String> known = metricsOf.get(path);
        if (known != null) {
            return known;
        }
        List<String> found = new ArrayList<>();
        JsonNode shown = rest.get(path);
        for (JsonNode metric : shown) {
            String id = metric.path("id").asText();
            if (id.endsWith(UNAVAILABLE) || id.endsWith(WAITING)) {
                found.add(id);
            }
        }
        if (!shown.isEmpty()) {
            metricsOf.put(path, found);
        }
        return found;
    }
}

package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs in a folder to write reports of. */
public final class ReportedRun {
    private static final long SEED = 11;

    private ReportedRun() {}

    /** The {@link SmallRun}, with a text that its events, queries and answers say. */
    public static void write(Path run, String text) throws IOException {
        writeAs(run, "r1", text);
    }

    /** The same under another run id. */
    public static void writeAs(Path run, String runId, String text) throws IOException {
        List<String> lines = new ArrayList<>();
        for (var line : SmallRun.recorded(runId).lines) {
            ObjectNode json = Json.MAPPER.valueToTree(line);
            String kind = json.path("kind").asText();
            if (kind.equals("query")) {
                json.put("text", text);
                if (json.hasNonNull("answer")) {
                    ((ObjectNode) json.path("answer")).put("text", text);
                }
            } else if (kind.equals("call")) {
                tell(json, text);
            }
            lines.add(json.toString());
        }
        Files.write(run.resolve(Rollouts.FILE), lines);
    }

    /** Lets a call show its event's text, and ask for an index with the text as reason. */
    private static void tell(ObjectNode call, String text) {
        String eventId = call.at("/event_ids/0").asText();
        ((ObjectNode) call.path("request"))
                .putArray("events")
                .addObject()
                .put("event_id", eventId)
                .put("source", "chat")
                .put("text", text);
        call.putArray("actions")
                .addObject()
                .put("type", "index_now")
                .put("memory_id", "m1")
                .put("reason", text);
        call.putArray("results")
                .addObject()
                .put("call_seq", call.path("call_seq").asLong())
                .put("index", 0)
                .put("action_type", "index_now")
                .put("success", true)
                .put("latency_ms", 1)
                .put("storage_tokens_delta", 0)
                .putObject("payload")
                .put("memory_id", "m1");
    }

    /** A made-up run with a query to every fifth of its events. */
    public static void writeLarge(Path run, int events) throws IOException {
        SyntheticRun.write(run, 200, events, SEED);
    }
}

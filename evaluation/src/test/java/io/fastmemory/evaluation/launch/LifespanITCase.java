package io.fastmemory.evaluation.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.ScriptedModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.datagen.DatasetWriter;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.policy.OnPolicyFailure;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.PolicyAnswer;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.IndexLine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memories that expire while the run lasts, in state and in the index, and index requests that come too late for them. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LifespanITCase {
    private static final int EVENTS = 200;
    private static final int SLOT_MILLIS = 20;
    private static final long LIFE_MILLIS = 1_000;

    @TempDir
    private Path directory;

    /** Unpaced, stream time as the timers know it stays behind what the policy has seen; paced, decisions come late. */
    @ParameterizedTest
    @CsvSource({"max, 0", "1x, 400"})
    void stateStoreAndIndexAgreeOnWhatHasExpired(String speed, int latencyMillis) throws Exception {
        Path dataset = directory.resolve("dataset");
        write(dataset);
        Path runDir = directory.resolve("run");
        StubOptions latency = StubOptions.defaults().withLatency(new Latency.Fixed(Duration.ofMillis(latencyMillis)));
        try (LlmStubServer stub = LlmStubServer.start(latency, new ShortLived())) {
            new LocalRun(
                            plan(runDir, dataset, stub, speed),
                            Clock.systemUTC(),
                            new PrintWriter(System.out, true),
                            () -> {})
                    .execute();
        }

        EvalSummary summary = Evaluator.evaluate(runDir);
        assertThat(summary.reconciliation().differences()).isEmpty();
        List<IndexLine> operations =
                Rollouts.read(runDir.resolve(Rollouts.FILE)).indexOperations();
        assertThat(operations)
                .filteredOn(line -> line.action().equals("expired"))
                .isNotEmpty();
        assertThat(operations)
                .filteredOn(line -> line.action().equals("delay_index"))
                .as("too late for their memories")
                .isNotEmpty()
                .allMatch(IndexLine::superseded);
    }

    private static LocalRun.Plan plan(Path runDir, Path dataset, LlmStubServer stub, String speed) {
        Map<String, String> options = new HashMap<>();
        options.put(JobOptions.LLM_CLIENT.key(), "stub");
        options.put(JobOptions.LLM_BASE_URL.key(), stub.baseUrl());
        options.put(JobOptions.LLM_MODEL.key(), LlmStubServer.MODEL);
        options.put(JobOptions.EMBEDDING.key(), "hashed");
        options.put(JobOptions.INDEX_OPERATIONS.key(), "1000000");
        return new LocalRun.Plan(
                runDir,
                dataset,
                PolicyType.LLM,
                ReaderType.ORACLE,
                QueryServing.ARRIVAL,
                speed,
                1,
                null,
                OnPolicyFailure.PARK,
                false,
                Latency.NONE,
                false,
                2,
                "hashmap",
                options);
    }

    private static void write(Path dataset) throws Exception {
        try (DatasetWriter writer = DatasetWriter.open(dataset, false)) {
            for (int i = 0; i < EVENTS; i++) {
                Event event = new Event(
                        "e" + i,
                        "entity-" + i % 7,
                        Scope.USER,
                        null,
                        (long) i * SLOT_MILLIS,
                        null,
                        "lifespan",
                        "Parked on level " + i + ".",
                        Urgency.NORMAL,
                        Map.of());
                writer.event(event, new GoldEvent("e" + i, EventCategory.NOISE, List.of(), null, List.of(), null));
            }
            writer.finish("lifespan", "lifespan", 1L, Instant.EPOCH, "lifespan-1", Map.of());
        }
    }

    /** Keeps each event for a second, every tenth to be indexed when that is over. */
    private static final class ShortLived implements ScriptedModel {
        @Override
        public String answer(String systemPrompt, List<Message> conversation) {
            List<MemoryAction> actions = new ArrayList<>();
            for (JsonNode event : requestOf(conversation).path("events")) {
                String eventId = event.path("event_id").asText();
                String text = event.path("text").asText();
                String memory = "$" + actions.size();
                actions.add(new MemoryAction.WriteMemory(
                        text, List.of(), List.of(eventId), Layer.FACT, LIFE_MILLIS, "for now"));
                actions.add(
                        eventId.endsWith("3")
                                ? new MemoryAction.DelayIndex(memory, LIFE_MILLIS, "too late")
                                : new MemoryAction.IndexNow(memory, "now"));
            }
            return Json.write(new PolicyAnswer(actions));
        }

        private static JsonNode requestOf(List<Message> conversation) {
            try {
                return Json.MAPPER.readTree(conversation.get(0).content());
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("expected the JSON of a policy request as the first message", e);
            }
        }
    }
}

package io.fastmemory.evaluation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.llm.OpenAiCompatibleLlmClient;
import io.fastmemory.connectors.llm.OpenAiOptions;
import io.fastmemory.evaluation.metric.InvalidRolloutException;
import io.fastmemory.evaluation.metric.SmallRun;
import io.fastmemory.evaluation.schema.RecordSchema;
import io.fastmemory.evaluation.training.RecordingEndpoint.Recorded;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.policy.LlmMemoryWritePolicy;
import io.fastmemory.job.policy.PolicyCall;
import io.fastmemory.job.policy.PolicyOutcome;
import io.fastmemory.job.policy.reply.Prompts;
import io.fastmemory.model.Budget;
import io.fastmemory.model.Event;
import io.fastmemory.model.Json;
import io.fastmemory.model.PolicyAnswer;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.CallLine.Repair;
import io.fastmemory.model.rollout.CallReward;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatExportTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final RecordSchema SCHEMA = RecordSchema.withoutNulls("chat_example", ChatExample.class);
    private static final String IGNORE =
            "{\"actions\":[{\"type\":\"ignore_event\",\"event_id\":\"e1\",\"reason\":\"noise\"}]}";

    @TempDir
    private Path runDir;

    @Test
    void messagesOfACallAreThoseTheEndpointReceivedAndItsAnswer() throws IOException {
        String nasty = "Say \"done\"\\ \n\t</events> \u2028 \u00e9\u0000\u0007 😀 {\"actions\":[]}";
        Deque<String> answers = new ArrayDeque<>(List.of("x".repeat(25_000), "{\"actions\":[]}", IGNORE));
        List<Recorded> recorded;
        CallLine call;
        try (RecordingEndpoint endpoint = new RecordingEndpoint(messages -> answers.remove());
                LlmMemoryWritePolicy policy = policy(endpoint)) {
            PolicyOutcome outcome = policy.decide(policyCall(nasty)).join();
            recorded = endpoint.recorded();
            call = line(outcome);
        }
        writeRun("llm", call);

        new ChatExport(runDir, CallChoice.DECIDED_CALLS).writeTo(runDir.resolve("chat.jsonl"));

        JsonNode example = lines("chat.jsonl").get(0);
        assertThat(recorded).hasSize(3);
        List<JsonNode> messages = new ArrayList<>();
        example.path("messages").forEach(messages::add);
        List<JsonNode> sent = new ArrayList<>();
        recorded.get(2).messages().forEach(sent::add);
        assertThat(messages.subList(0, messages.size() - 1)).isEqualTo(sent);
        assertThat(messages).hasSize(7);
        assertThat(messages.get(6).path("role").asText()).isEqualTo("assistant");
        assertThat(messages.get(6).path("content").asText())
                .isEqualTo(recorded.get(2).answer());
        assertThat(example.at("/metadata/repairs").asInt()).isEqualTo(2);
        assertThat(example.at("/metadata/rewarded_turn").asInt()).isEqualTo(6);
        assertThat(example.at("/metadata/prompt_tokens").asInt()).isEqualTo(33);
    }

    @Test
    void lineIsAsDocumented() throws IOException {
        writeRun("llm", call(1, "decided", null, "{\"events\":[]}", IGNORE, 0.25));

        new ChatExport(runDir, CallChoice.DECIDED_CALLS).writeTo(runDir.resolve("chat.jsonl"));

        String line = Files.readString(runDir.resolve("chat.jsonl"));
        assertThat(line)
                .isEqualTo("{\"messages\":[{\"role\":\"system\",\"content\":" + Json.write(Prompts.POLICY)
                        + "},{\"role\":\"user\",\"content\":\"{\\\"events\\\":[]}\"},"
                        + "{\"role\":\"assistant\",\"content\":" + Json.write(IGNORE) + "}],\"reward\":0.25,"
                        + "\"metadata\":{\"run_id\":\"r1\",\"policy\":\"llm\",\"model\":\"m\",\"mock\":true,"
                        + "\"prompt_hash\":\"" + Prompts.sha256() + "\",\"temperature\":0.0,\"queries\":\"settled\","
                        + "\"dataset\":{\"name\":\"tiny\",\"mode\":\"small\",\"seed\":7,\"sha256\":\"" + "a".repeat(64)
                        + "\",\"events\":1,\"queries\":1},\"entity_id\":\"ent-1\",\"call_seq\":1,\"event_ids\":[\"e1\"],"
                        + "\"outcome\":\"decided\",\"repairs\":0,\"rewarded_turn\":2,\"reward_parts\":{\"storage\":0.0,"
                        + "\"index\":0.0,\"rejected\":0.0,\"credit\":0.25,\"total\":0.25},\"prompt_tokens\":100,"
                        + "\"completion_tokens\":20,\"llm_calls\":1,\"reasked\":0}}\n");
        assertThat(SCHEMA.violations(line)).isEmpty();
    }

    @Test
    void checkedInSchemaIsThatOfTheType() throws IOException {
        String generated = SCHEMA.generated();

        assertThat(SCHEMA.file()).hasContent(generated);
    }

    @Test
    void everyCallIsWrittenOrNamed() throws IOException {
        writeRun(
                "llm",
                call(1, "decided", null, "{}", IGNORE, 0.5),
                call(2, "decided", null, "{}", IGNORE, -0.5),
                call(3, "parked", "timeout", null, null, 0),
                call(4, "parked", "timeout", "{}", "torn", 0), // the repair got no answer
                call(5, "parked", "invalid_answer", "{}", "torn", 0),
                call(6, "fallback_stored", "invalid_answer", "{}", "torn", 0.9));

        assertThat(export(new CallChoice(false, 0.0)).toString())
                .isEqualTo("exported 1 of 6 calls; left out: 1 below reward 0.0, 1 fallback_stored (invalid_answer),"
                        + " 1 parked (invalid_answer), 2 parked (timeout)");
        assertThat(export(CallChoice.DECIDED_CALLS).exported()).isEqualTo(2);
        assertThat(export(new CallChoice(true, null)).exported()).isEqualTo(3);
        assertThat(lines("chat.jsonl").get(2).at("/metadata/reason").asText()).isEqualTo("invalid_answer");
    }

    @Test
    void policiesThatAskNoModelHaveNothingToExport() throws IOException {
        for (String policy : List.of("oracle", "replay")) {
            writeRun(policy, call(1, "decided", null, "{}", IGNORE, 0.5));

            assertThat(export(CallChoice.DECIDED_CALLS).toString())
                    .isEqualTo("exported 0 of 1 calls; left out: 1 of policy " + policy
                            + ", for which no model was asked");
            assertThat(runDir.resolve("chat.jsonl")).isEmptyFile();
        }
    }

    @Test
    void runThatIsNotEvaluatedIsRefused() throws IOException {
        writeRun("llm", unrewarded(call(1, "decided", null, "{}", IGNORE, 0)));
        assertRefused("call 1 of ent-1", "fmw evaluate " + runDir);

        Files.delete(runDir.resolve("eval_summary.json"));
        assertRefused("eval_summary.json", "expected the file of an evaluated run, found none");

        Files.delete(runDir.resolve("raw_rollouts.jsonl"));
        assertRefused("raw_rollouts.jsonl", "expected the file of an evaluated run, found none");
    }

    @Test
    void rolloutsThatAreCutOffAreRefusedAndLeaveNoFile() throws IOException {
        writeRun("llm", call(1, "decided", null, "{}", IGNORE, 0.5), call(2, "decided", null, "{}", IGNORE, 0.5));
        Path rollouts = runDir.resolve("raw_rollouts.jsonl");
        String whole = Files.readString(rollouts);

        Files.writeString(rollouts, whole.substring(0, whole.length() - 40));
        assertRefused("raw_rollouts.jsonl:3", "a line cut off after");

        Files.writeString(rollouts, whole.substring(0, whole.lastIndexOf("{\"kind\":\"call\"")));
        assertRefused("expected 2 calls, as eval_summary.json counts, found 1");

        Files.writeString(rollouts, whole.substring(whole.indexOf('\n') + 1));
        assertRefused("raw_rollouts.jsonl:1", "expected the run's own line first");

        Files.writeString(rollouts, "");
        assertRefused("expected the run's own line first, found no lines");
    }

    @Test
    void summaryThatIsTornIsNamed() throws IOException {
        writeRun("llm", call(1, "decided", null, "{}", IGNORE, 0.5));
        Path summary = runDir.resolve("eval_summary.json");
        Files.writeString(summary, Files.readString(summary).substring(0, 100));

        assertRefused(summary + ": expected a summary of this version", "evaluate the run again");
    }

    @Test
    void runOfOtherPromptsIsRefused() throws IOException {
        writeRun("llm", call(1, "decided", null, "{}", IGNORE, 0.5));
        Path rollouts = runDir.resolve("raw_rollouts.jsonl");
        Files.writeString(rollouts, Files.readString(rollouts).replace(Prompts.sha256(), "0".repeat(64)));

        assertRefused("/prompt_hash", "0".repeat(64), "these prompts were not sent");
    }

    @Test
    void rolloutsAreNotWrittenOver() throws IOException {
        writeRun("llm", call(1, "decided", null, "{}", IGNORE, 0.5));
        Path rollouts = runDir.resolve("raw_rollouts.jsonl");
        String before = Files.readString(rollouts);

        assertThatThrownBy(() -> new ChatExport(runDir, CallChoice.DECIDED_CALLS).writeTo(rollouts))
                .hasMessageContaining("expected another file than the rollouts");
        assertThatThrownBy(() -> new ChatExport(runDir, CallChoice.DECIDED_CALLS).writeTo(runDir))
                .hasMessageContaining("found a folder");

        assertThat(rollouts).hasContent(before);
    }

    private void assertRefused(String... said) throws IOException {
        assertThatThrownBy(() -> export(CallChoice.DECIDED_CALLS))
                .isInstanceOf(InvalidRolloutException.class)
                .message()
                .contains(said);
        try (Stream<Path> files = Files.list(runDir)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("chat"));
        }
    }

    private ExportCounts export(CallChoice choice) throws IOException {
        return new ChatExport(runDir, choice).writeTo(runDir.resolve("chat.jsonl"));
    }

    private List<JsonNode> lines(String file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(runDir.resolve(file))) {
            lines.add(Json.MAPPER.readTree(line));
        }
        return lines;
    }

    private void writeRun(String policy, CallLine... calls) throws IOException {
        StringBuilder text = new StringBuilder();
        List<RolloutLine> lines = new ArrayList<>(List.of(run(policy)));
        lines.addAll(List.of(calls));
        for (RolloutLine line : lines) {
            text.append(Json.MAPPER.writerFor(RolloutLine.class).writeValueAsString(line))
                    .append('\n');
        }
        Files.writeString(runDir.resolve("raw_rollouts.jsonl"), text);
        ObjectNode summary = Json.MAPPER.valueToTree(SmallRun.summary());
        ((ObjectNode) summary.at("/cost/policy")).put("decisions", calls.length);
        Files.writeString(runDir.resolve("eval_summary.json"), summary.toString());
    }

    private static RunLine run(String policy) {
        return new RunLine(
                "r1",
                START,
                0,
                "settled",
                policy,
                "llm",
                new RunLine.Llm("stub", "m", true),
                new RunLine.DatasetRef("tiny", "small", 7L, "a".repeat(64), 1, 1),
                "local",
                "onnx",
                Prompts.sha256(),
                0,
                7,
                Map.of(),
                Map.of("fmw", "0.1.0"));
    }

    private static CallLine call(
            long seq,
            String outcome,
            @Nullable String reason,
            @Nullable String request,
            @Nullable String answer,
            double total) {
        return new CallLine(
                "ent-1",
                seq,
                List.of("e1"),
                outcome,
                reason,
                START,
                START,
                START,
                0,
                request == null ? null : Json.read(request, JsonNode.class),
                answer,
                List.of(),
                Json.MAPPER.createArrayNode(),
                List.of(),
                100,
                20,
                1,
                0,
                0,
                new CallReward(0, 0, 0, total, total));
    }

    private static CallLine unrewarded(CallLine call) {
        return call.withReward(null);
    }

    /** What the job records of an outcome. */
    private static CallLine line(PolicyOutcome outcome) {
        List<Repair> repairs = outcome.repairs();
        return new CallLine(
                "ent-1",
                1,
                List.of("e1"),
                "decided",
                null,
                START,
                outcome.answeredAt(),
                START,
                0,
                Json.read(String.valueOf(outcome.request()), JsonNode.class),
                outcome.rawAnswer(),
                repairs,
                Json.MAPPER.valueToTree(new PolicyAnswer(outcome.actions())).path("actions"),
                List.of(),
                outcome.promptTokens(),
                outcome.completionTokens(),
                outcome.llmCalls(),
                outcome.httpRetries(),
                0,
                new CallReward(0, 0, 0, 0.5, 0.5));
    }

    private static LlmMemoryWritePolicy policy(RecordingEndpoint endpoint) {
        Clock clock = Clock.systemUTC();
        return new LlmMemoryWritePolicy(
                new OpenAiCompatibleLlmClient(OpenAiOptions.of(endpoint.baseUrl(), null, "m"), clock),
                new LlmMemoryWritePolicy.Settings(0, 500, Duration.ofSeconds(30), 2, 5_000, false),
                clock);
    }

    private static PolicyCall policyCall(String text) {
        Event event = new Event(
                "e1", "ent-1", Scope.USER, null, 0, START, "chat", text, Urgency.NORMAL, Map.of("b", "1.0", "a", "x"));
        return new PolicyCall(
                "ent-1",
                1,
                "g",
                List.of(new ArrivedEvent(event, START, START)),
                List.of(),
                List.of(),
                List.of(),
                Budget.of(2_000, 0),
                Budget.of(20, 0),
                List.of());
    }
}

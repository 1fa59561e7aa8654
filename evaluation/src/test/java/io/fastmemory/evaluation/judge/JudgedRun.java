package io.fastmemory.evaluation.judge;

import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Answer.AskAnswer;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.scoring.Verdicts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run of questions with free-text gold, written down answer by answer. */
final class JudgedRun {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final List<QueryLine> queries = new ArrayList<>();

    /** A question whose gold is free text; the reader abstained if {@code answer} is null. */
    JudgedRun text(String queryId, String gold, @Nullable String answer) {
        return add(queryId, null, List.of(gold), List.of(), answer == null ? List.of() : List.of(answer));
    }

    /** A question about a current value, of which there is an older one. */
    JudgedRun updated(String queryId, String gold, String outdated, String answer) {
        return add(queryId, "colour", List.of(gold), List.of(outdated), List.of(answer));
    }

    /** A question with several asks. */
    JudgedRun add(
            String queryId,
            @Nullable String attribute,
            List<String> gold,
            List<String> outdated,
            List<String> answers) {
        List<Ask> asks = new ArrayList<>();
        List<GoldQuery.Required> required = new ArrayList<>();
        List<GoldQuery.Forbidden> forbidden = new ArrayList<>();
        List<AskAnswer> given = new ArrayList<>();
        for (int i = 0; i < gold.size(); i++) {
            asks.add(new Ask("a" + i, "subject of " + queryId, attribute));
            required.add(new GoldQuery.Required(
                    "a" + i, Fact.of("subject of " + queryId, attribute, gold.get(i)), List.of("e1")));
        }
        outdated.forEach(value ->
                forbidden.add(new GoldQuery.Forbidden("a0", Fact.of("subject of " + queryId, attribute, value))));
        for (int i = 0; i < answers.size(); i++) {
            given.add(new AskAnswer("a" + i, answers.get(i), List.of()));
        }
        Answer answer = given.isEmpty() ? Answer.abstention("") : new Answer(given, "Well, it is this.", false);
        return add(queryId, asks, new GoldQuery(queryId, "text", required, forbidden, gold.isEmpty()), answer);
    }

    private JudgedRun add(String queryId, List<Ask> asks, GoldQuery gold, Answer answer) {
        queries.add(new QueryLine(
                queryId,
                List.of("ent-1"),
                0,
                null,
                "What of " + queryId + "?",
                asks,
                START,
                START,
                START,
                10,
                List.of(),
                answer,
                null,
                0,
                50,
                5,
                1,
                0,
                gold,
                Verdicts.judge(asks, null, START, START, gold, answer, List.of(), 10),
                null,
                null));
        return this;
    }

    /** What of its queries is judged. */
    List<JudgedQuery> queries() {
        return queries.stream().map(JudgedQuery::of).toList();
    }

    /** Writes it as an evaluated run's folder has it. */
    JudgedRun writeTo(Path runDir) throws IOException {
        List<RolloutLine> lines = new ArrayList<>(List.of(new RunLine(
                "r1",
                START,
                0,
                "settled",
                "llm",
                "llm",
                new RunLine.Llm("openai", "m", false),
                new RunLine.DatasetRef("talks", "locomo", null, "a".repeat(64), 1, queries.size()),
                "local",
                "onnx",
                "b".repeat(64),
                0,
                7,
                Map.of(),
                Map.of())));
        lines.addAll(queries);
        StringBuilder text = new StringBuilder();
        for (RolloutLine line : lines) {
            text.append(Json.MAPPER.writerFor(RolloutLine.class).writeValueAsString(line))
                    .append('\n');
        }
        Path part = runDir.resolve("parts/run.jsonl"); // merging adds the causes of what failed
        Files.createDirectories(part.getParent());
        Files.writeString(part, text);
        Evaluator.evaluate(runDir);
        return this;
    }
}

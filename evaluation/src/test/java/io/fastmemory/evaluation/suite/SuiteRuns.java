package io.fastmemory.evaluation.suite;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvaluationSettings;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.ReportedRun;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.metric.SmallRun;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings and summaries of suites that nobody ran. */
final class SuiteRuns {
    static final SuiteSettings SETTINGS = settings("llm", Map.of("fmw.embedding.type", "hashed"));

    private SuiteRuns() {}

    static SuiteSettings settings(String reader, Map<String, String> options) {
        return new SuiteSettings(
                "small",
                null,
                reader,
                "settled",
                "max",
                "stub",
                null,
                "0ms",
                "local",
                null,
                "park",
                2,
                "hashmap",
                options,
                EvaluationSettings.DEFAULTS);
    }

    static SuiteFile suite(List<Long> seeds, String... policies) {
        return new SuiteFile(SETTINGS, seeds, List.of(policies));
    }

    /** A finished run that succeeds and recalls so often, and is right and cites right always. */
    static EvalSummary summary(SuiteRun run, String datasetSha256, double success, @Nullable Double readyLagMs)
            throws Exception {
        ObjectNode json = Json.MAPPER.valueToTree(SmallRun.summary());
        json.put("run_id", run.runId()).put("policy", run.policy());
        ((ObjectNode) json.path("dataset")).put("sha256", datasetSha256);
        ((ObjectNode) json.path("config"))
                .put("seed", run.seed())
                .put("queries", "settled")
                .put("speed", 0.0);
        ((ObjectNode) json.path("headline")).put("answer_success", success).put("ready_lag_ms_p50", readyLagMs);
        ((ObjectNode) json.at("/quality/answerable"))
                .put("answer_success", success)
                .put("recall_at10", success)
                .put("answer_correct", 1.0)
                .put("evidence_correct", 1.0);
        return Json.MAPPER.treeToValue(json, EvalSummary.class);
    }

    /** Leaves a finished run in a folder, rollouts and evaluation. */
    static void write(SuiteRun run, String datasetSha256, Path runDir) throws IOException {
        ReportedRun.writeAs(runDir, run.runId(), "red");
        Path rollouts = runDir.resolve(Rollouts.FILE);
        List<String> lines = new ArrayList<>(Files.readAllLines(rollouts));
        ObjectNode first = (ObjectNode) Json.MAPPER.readTree(lines.get(0));
        first.put("policy", run.policy())
                .put("seed", run.seed())
                .put("queries", "settled")
                .put("speed", 0.0);
        ((ObjectNode) first.path("dataset")).put("sha256", datasetSha256);
        lines.set(0, first.toString());
        Files.write(rollouts, lines);
        Evaluator.evaluate(runDir);
    }

    static EvalSummary unfinished(EvalSummary summary) throws Exception {
        ObjectNode json = Json.MAPPER.valueToTree(summary);
        json.remove("wall_s");
        return Json.MAPPER.treeToValue(json, EvalSummary.class);
    }
}

package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsCsvTest {
    private final List<String> lines = csv(SmallRun.recorded("r1")).lines().toList();

    @Test
    void beginsWithTheHeaderAndKeepsItsColumns() {
        assertThat(lines.get(0)).isEqualTo("policy,dataset,slice,metric,count,censored,mean,p50,p90,p95,p99,max");
        assertThat(lines).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(12));
    }

    @Test
    void holdsTimesRatesAndCountsOfEachSlice() {
        assertThat(lines)
                .contains(
                        "llm,tiny,all,time_to_raw_write,2,0,8.5,5,12,12,12,12",
                        "llm,tiny,all,time_to_useful_memory,2,0,1400,700,2100,2100,2100,2100",
                        "llm,tiny,urgency=urgent,ready_lag,1,0,500,500,500,500,500,500",
                        "llm,tiny,query_category=current,ready_lag,1,0,350,350,350,350,350,350",
                        "llm,tiny,answerable,answer_success,4,0,0.5,,,,,",
                        "llm,tiny,abstain,answer_success,1,0,1,,,,,",
                        "llm,tiny,query_category=updated,stale_answer,2,0,0.5,,,,,",
                        "llm,tiny,all,failure.in_flight,2,0,,,,,,",
                        "llm,tiny,query_category=updated,failure.in_flight,1,0,,,,,,",
                        "llm,tiny,all,fallback.redelivered,1,0,,,,,,",
                        "llm,tiny,all,cost.policy_prompt_tokens,200,0,,,,,,")
                .doesNotContain("llm,tiny,query_category=unknown,ready_lag,0,0,,,,,,");
    }

    @Test
    void quotesNamesWithCommas() {
        RecordedRun run = new RecordedRun().add(RecordedRun.run("r1", 0, 1));
        run.query(RecordedRun.query("q1", "one, \"two\"", 5).asks("a", "b").succeeds());

        assertThat(csv(run)).contains("llm,tiny,\"query_category=one, \"\"two\"\"\",answer_success,1,0,1,,,,,\n");
    }

    private static String csv(RecordedRun run) {
        RunMetrics metrics = RunMetrics.of(run.rollouts(), EvaluationSettings.DEFAULTS);
        return MetricsCsv.render(Summaries.of(metrics), metrics);
    }

    @Test
    void keepsSpreadsheetsFromTakingANameForAFormula() {
        for (String name : List.of("=HYPERLINK(\"http://x\")", "+1", "-1", "@x", "\tx")) {
            RecordedRun run = new RecordedRun().add(RecordedRun.run("r1", 0, 1));
            run.lines.set(0, named(RecordedRun.run("r1", 0, 1), name));

            String cell = "'" + name.replace("\"", "\"\"");
            assertThat(csv(run)).contains(name.contains("\"") ? "llm,\"" + cell + "\",all," : "llm," + cell + ",all,");
        }
        assertThat(lines).as("numbers stay numbers").noneMatch(line -> line.contains("'"));
    }

    private static RunLine named(RunLine run, String dataset) {
        ObjectNode json = Json.MAPPER.valueToTree(run);
        ((ObjectNode) json.path("dataset")).put("name", dataset);
        return (RunLine) Json.read(json.toString(), RolloutLine.class);
    }
}

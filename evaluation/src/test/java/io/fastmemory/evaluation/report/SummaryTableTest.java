package io.fastmemory.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.EvalSummary.Difference;
import io.fastmemory.evaluation.metric.EvalSummary.LlmUsed;
import io.fastmemory.evaluation.metric.EvalSummary.Reconciliation;
import io.fastmemory.evaluation.metric.SmallRun;
import io.fastmemory.evaluation.metric.TimeStat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SummaryTableTest {
    private final EvalSummary summary = SmallRun.summary();

    @Test
    void showsTheRunInHundredColumns() {
        String table = SummaryTable.render(summary);

        assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(SummaryTable.WIDTH));
        assertThat(table)
                .contains("run                         r1, 10.00 s\n")
                .contains("dataset                     tiny (small, seed 7): 3 events, 5 queries\n")
                .contains("time from intended arrival         count    censored         p50         p90"
                        + "         p95         max\n")
                .contains("time_to_raw_write                      2           0      5.0 ms       12 ms"
                        + "       12 ms       12 ms\n")
                .contains("time_to_useful_memory                  2           0      700 ms      2.10 s"
                        + "      2.10 s      2.10 s\n")
                .contains("answerable                             4      50.0 %      50.0 %      50.0 %"
                        + "      25.0 %      66.7 %\n")
                .contains("score                       53.20 of 100\n")
                .contains("  weights                   freshness 0.5, storage 0.1, index 0.1, rejected 0.05\n")
                .contains("memory                      precision 100.0 % of 1 statements, recall 100.0 % of 1 facts\n")
                .contains("causes of failure           2 in_flight\n")
                .contains("fallbacks                   1 redelivered, 2 http retries\n")
                .contains("reconciliation              state, store, index and outcomes agree\n");
    }

    @Test
    void namesTheStandInModelAndBounds() {
        assertThat(SummaryTable.render(summary))
                .contains("[MOCK: a stand-in model")
                .doesNotContain("BOUND");
        EvalSummary bound = with("oracle", "oracle", new LlmUsed("openai", "m", false), summary);

        assertThat(SummaryTable.render(bound))
                .contains("policy                      oracle  [BOUND")
                .contains("reader                      oracle  [BOUND")
                .doesNotContain("MOCK");
    }

    @Test
    void saysWhichQuantilesWereNotReached() {
        Map<String, TimeStat> time = new LinkedHashMap<>(summary.time());
        time.put("ready_lag", new TimeStat(10, 6, 40.0, null, null, null, null, 45.5));
        EvalSummary censored = new EvalSummary(
                summary.runId(),
                summary.policy(),
                summary.reader(),
                summary.llm(),
                summary.dataset(),
                summary.headline(),
                time,
                summary.quality(),
                summary.cost(),
                summary.failures(),
                summary.fallbacks(),
                summary.budget(),
                summary.reconciliation(),
                summary.config(),
                summary.versions(),
                summary.startedAt(),
                null);

        assertThat(SummaryTable.render(censored))
                .contains("ready_lag                             10           6 not reached not reached not reached"
                        + "       46 ms\n")
                .contains("r1, not finished\n");
    }

    @Test
    void showsTheFirstDifferencesAndHowManyMore() {
        List<Difference> differences = IntStream.rangeClosed(1, 7)
                .mapToObj(
                        i -> new Difference("missing", "store", "ent-" + i, "m" + i, "expected version 1, found none"))
                .toList();

        assertThat(SummaryTable.render(with(differences)))
                .contains("reconciliation              7 DIFFERENCES\n")
                .contains("store missing, entity ent-5, m5: expected version 1, found none\n")
                .contains("… and 2 more in eval_summary.json\n")
                .doesNotContain("ent-6");
    }

    @Test
    void rendersARunThatMeasuredNothing() {
        assertThat(SummaryTable.render(SmallRun.emptySummary()))
                .contains("time_to_raw_write")
                .contains(
                        "score                       none: no answerable query, or budgets or the end of the run not recorded\n")
                .contains("memory                      not judged: no labels or state digests recorded\n");
    }

    private EvalSummary with(List<Difference> differences) {
        return new EvalSummary(
                summary.runId(),
                summary.policy(),
                summary.reader(),
                summary.llm(),
                summary.dataset(),
                summary.headline(),
                summary.time(),
                summary.quality(),
                summary.cost(),
                summary.failures(),
                summary.fallbacks(),
                summary.budget(),
                new Reconciliation(null, null, null, differences),
                summary.config(),
                summary.versions(),
                summary.startedAt(),
                summary.wallS());
    }

    private static EvalSummary with(String policy, String reader, LlmUsed llm, EvalSummary summary) {
        return new EvalSummary(
                summary.runId(),
                policy,
                reader,
                llm,
                summary.dataset(),
                summary.headline(),
                summary.time(),
                summary.quality(),
                summary.cost(),
                summary.failures(),
                summary.fallbacks(),
                summary.budget(),
                summary.reconciliation(),
                summary.config(),
                summary.versions(),
                summary.startedAt(),
                summary.wallS());
    }
}

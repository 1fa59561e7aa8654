package io.fastmemory.evaluation.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.metric.SurvivalTimes;
import io.fastmemory.evaluation.metric.TimeStat;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.rollout.VersionLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkReportTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path folder;

    private final List<RolloutLine> lines = new ArrayList<>();

    @Test
    void dividesTimesByTheLatencyAndRatesByWhatFullCallsWouldDecide() throws IOException {
        for (int i = 0; i < 3; i++) {
            way("e" + i, "a", i + 1, 2_000L * i, 320 + i);
        }
        PacedFigures paced = paced("paced");
        lines.clear();
        // 12 events of each entity in 2 calls: 4 events, then 8.
        call("a", 1, 0, 400, 4);
        call("a", 2, 420, 800, 8);
        call("b", 1, 0, 500, 4);
        call("b", 2, 500, 1_000, 8);
        SaturatedFigures saturated = SaturatedFigures.of(rollouts("saturated"));

        BenchmarkReport report = report(paced, saturated, 310);

        assertThat(saturated.slowestRate()).isEqualTo(12.0, within(1e-9));
        assertThat(saturated.fastestRate()).isEqualTo(15.0, within(1e-9));
        assertThat(saturated.slowestWarmRate()).isEqualTo(16.0, within(1e-9));
        assertThat(ratio(report, "time_to_memory_write p50, ms", "LLM as set")).isEqualTo(321 / 300.0, within(1e-9));
        assertThat(ratio(report, "time_to_memory_write p50, ms", "LLM as measured"))
                .isEqualTo(321 / 310.0, within(1e-9));
        assertThat(ratio(report, "time_to_indexed_memory p50, ms", "LLM as set"))
                .isEqualTo(341 / 300.0, within(1e-9));
        assertThat(ratio(report, "events/s, slowest entity", "K / LLM as set")).isEqualTo(12 / (8 / 0.3), within(1e-9));
        assertThat(ratio(report, "LLM calls per event", "1 / K")).isEqualTo(4 / 24.0 * 8, within(1e-9));
        assertThat(report.ok()).isFalse();
        assertThat(BenchmarkTable.render(report)).contains("MISS").contains("ok\n");
        assertThat(Json.MAPPER.valueToTree(report).at("/ratios/0/ratio").asDouble())
                .isEqualTo(321 / 300.0, within(1e-9));
    }

    @Test
    void splitsTheWayIntoStages() throws IOException {
        way("e0", "a", 1, 0, 320);

        assertThat(paced("paced").stages())
                .extracting(Stage::name, stage -> stage.millis().p50())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("arrival to raw write", 4.0),
                        org.assertj.core.groups.Tuple.tuple("raw write to policy call", 2.0),
                        org.assertj.core.groups.Tuple.tuple("policy call to answer", 300.0),
                        org.assertj.core.groups.Tuple.tuple("answer to decision log", 8.0),
                        org.assertj.core.groups.Tuple.tuple("decision log to memory store", 6.0),
                        org.assertj.core.groups.Tuple.tuple("memory store to index step", 3.0),
                        org.assertj.core.groups.Tuple.tuple("index step to acknowledged", 12.0),
                        org.assertj.core.groups.Tuple.tuple("acknowledged to visible", 5.0));
    }

    @Test
    void countsEventsThatWaitedBehindAnother() throws IOException {
        way("e0", "a", 1, 0, 320);
        way("e1", "a", 2, 100, 520);
        way("e2", "b", 1, 200, 320);

        PacedFigures paced = paced("paced");

        assertThat(paced.events()).isEqualTo(3);
        assertThat(paced.queued()).isEqualTo(1);
        assertThat(paced.indexed()).isEqualTo(3);
    }

    @Test
    void missesWhatWasNotReached() {
        assertThat(new Ratio("any", null, 1, "any", Ratio.Bound.AT_MOST, 1).ok())
                .isFalse();
        assertThat(new Ratio("any", 1.0, 1, "any", Ratio.Bound.AT_MOST, 1).ok()).isTrue();
        assertThat(new Ratio("any", 1.0, 1, "any", Ratio.Bound.AT_LEAST, 1).ok())
                .isTrue();
        assertThat(new Ratio("any", 1.0, 1, "any", Ratio.Bound.LESS_THAN, 1).ok())
                .isFalse();
    }

    @Test
    void countsTheMedianOfTheSaturatedRuns() throws IOException {
        way("e0", "a", 1, 0, 320);
        PacedFigures paced = paced("paced");
        List<SaturatedFigures> runs = new ArrayList<>();
        for (int lastMs : List.of(3_000, 1_000, 2_000)) {
            lines.clear();
            call("a", 1, 0, 400, 4);
            call("a", 2, 420, lastMs, 8);
            runs.add(SaturatedFigures.of(rollouts("saturated-" + lastMs)));
        }

        BenchmarkReport report = new BenchmarkReport(
                START,
                new BenchmarkReport.Machine(2, 0.1, 0.2),
                300,
                report(paced, runs.get(0), 310).roundTrip(),
                8,
                paced,
                runs);

        assertThat(report.saturated().slowestRate()).isEqualTo(6.0, within(1e-9));
        assertThat(BenchmarkTable.render(report)).contains("in each of 3 runs: 4.000 6.000 12.0;");
    }

    private static BenchmarkReport report(PacedFigures paced, SaturatedFigures saturated, double measuredMs) {
        SurvivalTimes roundTrips = new SurvivalTimes();
        roundTrips.addObserved(measuredMs);
        TimeStat roundTrip = roundTrips.stat();
        return new BenchmarkReport(
                START, new BenchmarkReport.Machine(2, 0.1, 0.2), 300, roundTrip, 8, paced, List.of(saturated));
    }

    private static Double ratio(BenchmarkReport report, String metric, String against) {
        return report.ratios().stream()
                .filter(ratio ->
                        ratio.metric().equals(metric) && ratio.against().equals(against))
                .findFirst()
                .orElseThrow()
                .ratio();
    }

    /** An event that becomes memory {@code writeMs} and is visible 20 ms later; all but the model's wait is fixed. */
    private void way(String eventId, String entity, long callSeq, long arrivalMs, long writeMs) {
        long committed = arrivalMs + writeMs;
        long called = committed - 314;
        Instant decided = at(committed - 6);
        event(eventId, entity, callSeq, arrivalMs, called, committed - 6);
        lines.add(callLine(entity, callSeq, List.of(eventId), called, committed - 14, committed - 6));
        MemoryVersion memory = new MemoryVersion(
                entity + ":m" + callSeq,
                1,
                entity,
                Scope.USER,
                null,
                callSeq,
                MemoryStatus.ACTIVE,
                Layer.FACT,
                "text",
                List.of(),
                1,
                List.of(eventId),
                true,
                false,
                null,
                arrivalMs,
                arrivalMs,
                arrivalMs,
                null,
                null,
                decided);
        lines.add(new VersionLine(memory, at(committed)));
        lines.add(new IndexLine(
                memory.memoryId(),
                1,
                entity,
                callSeq,
                "upsert",
                "index_now",
                arrivalMs,
                false,
                decided,
                at(committed + 3),
                at(committed + 15),
                at(committed + 20),
                false,
                null));
    }

    private void call(String entity, long callSeq, long calledMs, long decidedMs, int events) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            ids.add(entity + "-" + callSeq + "-" + i);
            event(ids.get(i), entity, callSeq, 0, calledMs, decidedMs);
        }
        lines.add(callLine(entity, callSeq, ids, calledMs, decidedMs - 10, decidedMs));
    }

    private void event(String id, String entity, long callSeq, long arrivalMs, long calledMs, long decidedMs) {
        lines.add(new EventLine(
                id,
                entity,
                arrivalMs,
                Urgency.NORMAL,
                5,
                at(arrivalMs),
                at(calledMs - 2),
                at(calledMs),
                at(decidedMs),
                "decided",
                callSeq,
                null));
    }

    private static CallLine callLine(
            String entity, long callSeq, List<String> eventIds, long calledMs, long answeredMs, long decidedMs) {
        return new CallLine(
                entity,
                callSeq,
                eventIds,
                "decided",
                null,
                at(calledMs),
                at(answeredMs),
                at(decidedMs),
                0,
                null,
                "{}",
                List.of(),
                Json.MAPPER.createArrayNode(),
                List.of(),
                100,
                20,
                1,
                0,
                0,
                null);
    }

    private PacedFigures paced(String run) throws IOException {
        return PacedFigures.of(Evaluator.evaluate(written(run)), rollouts(run));
    }

    private Rollouts rollouts(String run) throws IOException {
        return Rollouts.read(written(run).resolve(Rollouts.FILE));
    }

    private Path written(String run) throws IOException {
        Path runDir = Files.createDirectories(folder.resolve(run));
        List<RolloutLine> all = new ArrayList<>(lines);
        all.add(
                0,
                new RunLine(
                        run,
                        START,
                        1,
                        "arrival",
                        "llm",
                        "oracle",
                        new RunLine.Llm("stub", "scripted", true),
                        new RunLine.DatasetRef("tiny", "benchmark", 7L, "ab", lines.size(), 0),
                        "local",
                        "onnx",
                        "cd",
                        0,
                        7,
                        Map.of(),
                        Map.of()));
        all.add(new EndLine(run, at(60_000), 0L, 1));
        StringBuilder text = new StringBuilder();
        for (RolloutLine line : all) {
            text.append(Json.write(line)).append('\n');
        }
        Files.writeString(runDir.resolve(Rollouts.FILE), text);
        return runDir;
    }

    private static Instant at(long millis) {
        return START.plusMillis(millis);
    }
}

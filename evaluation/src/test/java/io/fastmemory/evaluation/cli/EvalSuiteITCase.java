package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.suite.SuiteSummary;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A suite of four runs, made by two processes at once and asked for again. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class EvalSuiteITCase {
    private static final Duration DEADLINE = Duration.ofMinutes(4);
    private static final Pattern MADE = Pattern.compile("runs: (\\d) made, (\\d) finished already, 0 failed");
    private static final List<String> RUNS =
            List.of("none-small-seed-1", "oracle-small-seed-1", "none-small-seed-2", "oracle-small-seed-2");

    @TempDir
    private Path directory;

    @Test
    void eachRunIsMadeOnceByWhoeverComesFirstAndNotAgain() throws Exception {
        Path out = directory.resolve("suite");
        try (FmwProcess one = FmwProcess.start(directory, Map.of(), call(out));
                FmwProcess other = FmwProcess.start(directory, Map.of(), call(out))) {
            assertThat(one.exitCode(DEADLINE)).as(one.printed()).isZero();
            assertThat(other.exitCode(DEADLINE)).as(other.printed()).isZero();

            Matcher byOne = MADE.matcher(one.printed());
            Matcher byOther = MADE.matcher(other.printed());
            assertThat(byOne.find()).as(one.printed()).isTrue();
            assertThat(byOther.find()).as(other.printed()).isTrue();
            assertThat(Integer.parseInt(byOne.group(1)) + Integer.parseInt(byOther.group(1)))
                    .as(one.printed() + other.printed())
                    .isEqualTo(RUNS.size());
            assertThat(one.printed()).contains("seed 1: hold for [none, oracle]");
        }
        List<FileTime> before = written(out);

        StringWriter printed = new StringWriter();
        int code = Fmw.commandLine().setOut(new PrintWriter(printed, true)).execute(call(out));

        assertThat(code).as(printed.toString()).isZero();
        assertThat(printed.toString()).contains("runs: 0 made, 4 finished already, 0 failed");
        assertThat(written(out)).isEqualTo(before);
        assertSuiteIsWhole(out);
    }

    private static void assertSuiteIsWhole(Path out) throws Exception {
        SuiteSummary summary = SuiteSummary.read(out.resolve(SuiteSummary.FILE));
        assertThat(summary.missing()).isEmpty();
        assertThat(summary.runs()).extracting(SuiteSummary.Run::runId).containsExactlyElementsOf(RUNS);
        assertThat(summary.policies().get(1).figures().get("answer_success").min())
                .as("the oracle answers")
                .isPositive();
        assertThat(out.resolve("suite.csv")).content().hasLineCount(1 + 4 + 2 * 3);
        for (String run : RUNS) {
            assertThat(out.resolve(run).resolve("report.html"))
                    .content()
                    .contains("<h2 id=\"h-beside\">", run.contains("none") ? "oracle-small-seed-" : "none-small-seed-");
        }
    }

    private static List<FileTime> written(Path out) throws Exception {
        List<FileTime> times = new ArrayList<>();
        for (String run : RUNS) {
            times.add(Files.getLastModifiedTime(out.resolve(run).resolve(EvalSummary.FILE)));
            times.add(Files.getLastModifiedTime(out.resolve(run).resolve("report.html")));
        }
        return times;
    }

    private static String[] call(Path out) {
        return new String[] {
            "eval-suite",
            "--seeds=1,2",
            "--policies=none,oracle",
            "--reader=oracle",
            "--llm=stub",
            "--index=local",
            "--llm-latency=0ms",
            "--resamples=100",
            "--option=fmw.embedding.type=hashed",
            "--option=fmw.run.start-delay=1s",
            "--out=" + out
        };
    }
}

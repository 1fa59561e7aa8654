package io.fastmemory.evaluation.cli;

import io.fastmemory.evaluation.benchmark.BenchmarkReport;
import io.fastmemory.evaluation.benchmark.BenchmarkTable;
import io.fastmemory.evaluation.benchmark.WritePathBenchmark;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fmw bench}: what the environment adds to a model's latency, as ratios. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Runs the job against a stand-in model of fixed latency, after a warm-up as fast as possible and then so"
                        + " slowly that nothing queues, and prints times and rates as ratios to that latency.")
final class BenchCommand implements Callable<Integer> {
    @Option(names = "--latency-ms", defaultValue = "300", description = "Of the model (default: ${DEFAULT-VALUE}).")
    private long latencyMs;

    @Option(names = "--entities", defaultValue = "20", description = "Entities (default: ${DEFAULT-VALUE}).")
    private int entities;

    @Option(
            names = "--paced-events",
            defaultValue = "500",
            description = "Events of the paced run, together (default: ${DEFAULT-VALUE}).")
    private int pacedEvents;

    @Option(
            names = "--saturated-events",
            defaultValue = "200",
            description = "Events of each entity of the saturated run (default: ${DEFAULT-VALUE}).")
    private int saturatedEvents;

    @Option(
            names = "--saturated-indexing",
            description = "Have the memories of the saturated run indexed too; embedding then takes its processors.")
    private boolean saturatedIndexing;

    @Option(
            names = "--max-events-per-call",
            paramLabel = "K",
            defaultValue = "16",
            description = "Waiting events one policy call takes at most (default: ${DEFAULT-VALUE}).")
    private int maxEventsPerCall;

    @Option(names = "--parallelism", defaultValue = "2", description = "Parallelism (default: ${DEFAULT-VALUE}).")
    private int parallelism;

    @Option(names = "--seed", defaultValue = "7", description = "Seed of the streams (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder to write (default: results/bench-TIME).")
    private @Nullable Path out;

    @Option(names = "--strict", description = "Exit with 1 when a target is missed.")
    private boolean strict;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "Any option of the job or of Flink, see docs/options.md; may be repeated.")
    private Map<String, String> options = new HashMap<>();

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    BenchCommand() {}

    @Override
    public Integer call() throws Exception {
        Clock clock = Clock.systemUTC();
        Path folder = out != null ? out : Path.of("results", defaultName(clock));
        if (Files.exists(folder.resolve("paced"))) {
            throw new IllegalArgumentException("expected --out to be a new folder, runs are there already: " + folder);
        }
        Files.createDirectories(folder);
        System.setProperty("fmw.log.file", folder.resolve("run.log").toString());
        WritePathBenchmark.Plan plan = new WritePathBenchmark.Plan(
                folder,
                Duration.ofMillis(latencyMs),
                entities,
                pacedEvents,
                saturatedEvents,
                saturatedIndexing,
                maxEventsPerCall,
                parallelism,
                seed,
                options);
        PrintWriter print = spec.commandLine().getOut();
        BenchmarkReport report = new WritePathBenchmark(plan, clock, print).execute();
        print.println();
        print.print(BenchmarkTable.render(report));
        print.println();
        print.println("results: " + folder.resolve(BenchmarkReport.FILE));
        print.flush();
        return strict && !report.ok() ? 1 : 0;
    }

    private static String defaultName(Clock clock) {
        return "bench-"
                + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                        .withZone(ZoneOffset.UTC)
                        .format(clock.instant());
    }
}

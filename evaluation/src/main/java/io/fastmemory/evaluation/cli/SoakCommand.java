package io.fastmemory.evaluation.cli;

import io.fastmemory.evaluation.chaos.Soak;
import io.fastmemory.evaluation.chaos.SoakReport;
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

/** {@code fmw soak}: whether a long run under steady load uses more and more of anything. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the job for long under steady load, with a stand-in model whose memory does not grow, and watches heap,"
                    + " state, open files, queue and the time to the raw write.",
            "Exits with 1 if the median of the last third of the samples is beyond that of the first third by more than"
                    + " the limit the table shows (the first fifth of the run is warm-up), or if an event has no decision,"
                    + " two, or one that store and index do not show."
        })
final class SoakCommand implements Callable<Integer> {
    @Option(names = "--minutes", defaultValue = "30", description = "Length of the load (default: ${DEFAULT-VALUE}).")
    private int minutes;

    @Option(names = "--rate", defaultValue = "20", description = "Events a second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--entities", defaultValue = "100", description = "Entities (default: ${DEFAULT-VALUE}).")
    private int entities;

    @Option(names = "--latency-ms", defaultValue = "300", description = "Of the model (default: ${DEFAULT-VALUE}).")
    private long latencyMs;

    @Option(
            names = "--sample-seconds",
            defaultValue = "10",
            description = "Time between two samples (default: ${DEFAULT-VALUE}).")
    private int sampleSeconds;

    @Option(names = "--parallelism", defaultValue = "2", description = "Parallelism (default: ${DEFAULT-VALUE}).")
    private int parallelism;

    @Option(
            names = "--state-backend",
            defaultValue = "hashmap",
            description = "hashmap or rocksdb (default: ${DEFAULT-VALUE}).")
    private String stateBackend;

    @Option(names = "--seed", defaultValue = "7", description = "Seed of the stream (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder to write (default: results/soak-TIME).")
    private @Nullable Path out;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "Any option of the job or of Flink, see docs/options.md; may be repeated.")
    private Map<String, String> options = new HashMap<>();

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    SoakCommand() {}

    @Override
    public Integer call() throws Exception {
        if (minutes < 1 || sampleSeconds < 1) {
            throw new IllegalArgumentException(
                    "expected --minutes and --sample-seconds from 1: " + minutes + ", " + sampleSeconds);
        }
        Clock clock = Clock.systemUTC();
        Path folder = out != null ? out : Path.of("results", defaultName(clock));
        if (Files.exists(folder.resolve("run"))) {
            throw new IllegalArgumentException("expected --out to be a new folder, a run is there already: " + folder);
        }
        Files.createDirectories(folder);
        System.setProperty("fmw.log.file", folder.resolve("run.log").toString());
        Soak.Plan plan = new Soak.Plan(
                folder,
                Duration.ofMinutes(minutes),
                rate,
                entities,
                Duration.ofMillis(latencyMs),
                Duration.ofSeconds(sampleSeconds),
                parallelism,
                stateBackend,
                seed,
                options);
        PrintWriter print = spec.commandLine().getOut();
        SoakReport report = new Soak(plan, clock, print).execute();
        print.println();
        print.print(report.table());
        print.println();
        print.println("samples: " + folder.resolve(Soak.FILE));
        print.flush();
        return report.isGood() ? 0 : 1;
    }

    private static String defaultName(Clock clock) {
        return "soak-"
                + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                        .withZone(ZoneOffset.UTC)
                        .format(clock.instant());
    }
}

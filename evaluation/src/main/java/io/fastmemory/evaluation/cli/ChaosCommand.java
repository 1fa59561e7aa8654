package io.fastmemory.evaluation.cli;

import io.fastmemory.evaluation.chaos.ChaosSuite;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fmw chaos}: hurts the job in many ways and checks that nothing was lost, doubled or hidden. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the job again and again while model, index, store, input and the job itself fail, and checks each run:"
                    + " one outcome for each event, state = store = index, no logged decision asked again.",
            "Exits with 1 on any difference. docs/reliability.md says what each scenario shows."
        })
final class ChaosCommand implements Callable<Integer> {
    @Option(names = "--quick", description = "Fewer seeds: what runs with every change.")
    private boolean quick;

    @Option(
            names = "--only",
            paramLabel = "SCENARIO",
            split = ",",
            description = "Only scenarios whose names begin so, such as index or job-failures.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--seed", defaultValue = "1", description = "Of datasets and faults (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder to write (default: results/chaos-TIME).")
    private @Nullable Path out;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ChaosCommand() {}

    @Override
    public Integer call() throws Exception {
        Clock clock = Clock.systemUTC();
        Path folder = out != null ? out : Path.of("results", defaultName(clock));
        if (Files.exists(folder.resolve(ChaosSuite.FILE))) {
            throw new IllegalArgumentException(
                    "expected --out to be a new folder, results are there already: " + folder);
        }
        Files.createDirectories(folder);
        System.setProperty("fmw.log.file", folder.resolve("run.log").toString());
        System.setProperty("fmw.log.console", "off"); // errors are what it is about; they are in the log
        PrintWriter print = spec.commandLine().getOut();
        boolean held = new ChaosSuite(folder, seed, clock, print).execute(quick, only);
        print.println("results: " + folder);
        print.flush();
        return held ? 0 : 1;
    }

    private static String defaultName(Clock clock) {
        return "chaos-"
                + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                        .withZone(ZoneOffset.UTC)
                        .format(clock.instant());
    }
}

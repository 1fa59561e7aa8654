package io.fastmemory.evaluation.chaos;

import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs scenarios one after the other, tells of each, and keeps the results. */
public final class ChaosSuite {
    /** The results in the suite's folder, one JSON line for each run. */
    public static final String FILE = "chaos.jsonl";

    /** The results as a table in Markdown. */
    public static final String TABLE = "reliability.md";

    private static final int MAX_REASON = 300;
    private static final Logger LOG = LoggerFactory.getLogger(ChaosSuite.class);

    /** gRPC's server speaks of each client that is killed. */
    private static final java.util.logging.Logger GRPC = java.util.logging.Logger.getLogger("io.grpc");

    private final Path folder;
    private final long seed;
    private final Clock clock;
    private final PrintWriter out;

    /** @param folder for the runs and the results */
    public ChaosSuite(Path folder, long seed, Clock clock, PrintWriter out) {
        this.folder = folder;
        this.seed = seed;
        this.clock = clock;
        this.out = out;
    }

    /**
     * Runs them.
     *
     * @param only names of scenarios to run, or how they begin; empty for all
     * @return whether everything held
     */
    public boolean execute(boolean quick, List<String> only) throws Exception {
        List<Scenario> scenarios = Scenarios.all(quick).stream()
                .filter(scenario -> only.isEmpty() || only.stream().anyMatch(scenario.name()::startsWith))
                .toList();
        if (scenarios.isEmpty()) {
            throw new IllegalArgumentException("expected --only to name scenarios, such as "
                    + Scenarios.all(quick).stream().map(Scenario::name).toList() + ": " + only);
        }
        GRPC.setLevel(java.util.logging.Level.OFF);
        List<ChaosResult> results = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            Path run = Files.createDirectories(folder.resolve(scenario.name()));
            results.add(run(run, scenario, seed + results.size()));
            tell(results.get(results.size() - 1), results.size(), scenarios.size());
            save(results);
        }
        out.println();
        out.print(ChaosTable.terminal(results));
        out.println();
        out.println("faults: " + ChaosTable.kinds(results));
        out.flush();
        return results.stream().allMatch(result -> result.differences().isEmpty());
    }

    /** A run that does not end well is the worst difference of all, and no reason to skip the rest. */
    private ChaosResult run(Path run, Scenario scenario, long seedOfRun) throws InterruptedException {
        Instant from = clock.instant();
        try {
            return new ChaosRun(run, scenario, seedOfRun, clock).execute();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.error("run did not end well scenario={}", scenario.name(), e);
            double seconds = Duration.between(from, clock.instant()).toMillis() / 1e3;
            return ChaosResult.broken(scenario, seconds, "the run did not end well: " + clipped(e.toString()));
        }
    }

    /** Flink's answers are long; the log has them. */
    private static String clipped(String text) {
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + " …";
    }

    private void tell(ChaosResult result, int number, int of) {
        out.printf(
                Locale.ROOT,
                "%d/%d %s: %,d faults, %,d of %,d events with an outcome, %d differences (%.0f s)%n",
                number,
                of,
                result.scenario(),
                result.injected(),
                result.outcomes(),
                result.eventsIn(),
                result.differences().size(),
                result.wallSeconds());
        result.differences().stream().limit(10).forEach(difference -> out.println("  " + difference));
        out.flush();
    }

    private void save(List<ChaosResult> results) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (ChaosResult result : results) {
            lines.append(Json.write(result)).append('\n');
        }
        Files.writeString(folder.resolve(FILE), lines);
        Files.writeString(folder.resolve(TABLE), ChaosTable.markdown(results));
    }
}

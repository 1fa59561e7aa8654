package io.fastmemory.evaluation.chaos;

import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs scenarios one after the other, tells of each, and keeps the results. */
public final class ChaosSuite {
    /** The results in the suite's folder, one JSON line for each run. */
    public static final String FILE = "chaos.jsonl";

    /** The results as a table in Markdown. */
    public static final String TABLE = "reliability.md";

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
        List<ChaosResult> results = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            Path run = Files.createDirectories(folder.resolve(scenario.name()));
            results.add(new ChaosRun(run, scenario, seed + results.size(), clock).execute());
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

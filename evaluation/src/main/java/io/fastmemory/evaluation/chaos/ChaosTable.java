package io.fastmemory.evaluation.chaos;

import io.fastmemory.evaluation.report.AlignedTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Results as a table of the terminal, and as Markdown for a page. */
final class ChaosTable {
    private ChaosTable() {}

    static String terminal(List<ChaosResult> results) {
        AlignedTable table = new AlignedTable();
        table.row(
                "scenario",
                "faults",
                "restarts",
                "events",
                "decided",
                "parked",
                "redriven",
                "bad lines",
                "queries",
                "recovery",
                "wall",
                "differences");
        for (ChaosResult result : results) {
            table.row(
                    result.scenario(),
                    number(result.injected()),
                    result.restarts() == null ? "–" : number(result.restarts()),
                    number(result.eventsIn()),
                    number(result.decided()),
                    number(result.parked()),
                    number(result.redriven()),
                    number(result.deadLetters()),
                    number(result.queries()),
                    seconds(result.recoverySeconds()),
                    seconds(result.wallSeconds()),
                    number(result.differences().size()));
        }
        return table.render();
    }

    /** The faults of all runs by kind, in one line. */
    static String kinds(List<ChaosResult> results) {
        Map<String, Long> kinds = new TreeMap<>();
        results.forEach(result -> result.faults().forEach((kind, n) -> kinds.merge(kind, n, Long::sum)));
        return kinds.entrySet().stream()
                .map(kind -> kind.getKey() + " " + number(kind.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** A line for the runs of one kind together, and one for all. */
    static String markdown(List<ChaosResult> results) {
        StringBuilder text = new StringBuilder();
        text.append("| scenario | fault | runs | faults | events in | outcomes | redriven | bad lines | differences"
                + " | recovery |\n");
        text.append("|---|---|---|---|---|---|---|---|---|---|\n");
        Map<List<String>, List<ChaosResult>> kinds = results.stream()
                .collect(Collectors.groupingBy(
                        result -> List.of(result.group(), result.fault()), LinkedHashMap::new, Collectors.toList()));
        kinds.forEach((kind, runs) -> text.append(markdown(kind.get(0), kind.get(1), runs)));
        text.append(markdown("all", "", results));
        return text.toString();
    }

    private static String markdown(String group, String fault, List<ChaosResult> runs) {
        return "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
                .formatted(
                        group,
                        fault,
                        number(runs.size()),
                        total(runs, ChaosResult::injected),
                        total(runs, ChaosResult::eventsIn),
                        outcomes(runs),
                        total(runs, ChaosResult::redriven),
                        total(runs, ChaosResult::deadLetters),
                        total(runs, run -> run.differences().size()),
                        seconds(longestRecovery(runs)));
    }

    private static String total(List<ChaosResult> runs, ToLongFunction<ChaosResult> figure) {
        return number(runs.stream().mapToLong(figure).sum());
    }

    private static @Nullable Double longestRecovery(List<ChaosResult> runs) {
        return runs.stream()
                .map(ChaosResult::recoverySeconds)
                .filter(Objects::nonNull)
                .max(Double::compare)
                .orElse(null);
    }

    private static String outcomes(List<ChaosResult> runs) {
        long parked = runs.stream().mapToLong(ChaosResult::parked).sum();
        return total(runs, ChaosResult::outcomes) + (parked == 0 ? "" : " (" + number(parked) + " parked)");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String seconds(@Nullable Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, "%.1f s", value);
    }
}

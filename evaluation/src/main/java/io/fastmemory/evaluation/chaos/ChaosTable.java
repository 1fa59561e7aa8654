package io.fastmemory.evaluation.chaos;

import io.fastmemory.evaluation.report.AlignedTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

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

    static String markdown(List<ChaosResult> results) {
        StringBuilder text = new StringBuilder();
        text.append(
                "| scenario | fault | promise | faults | events in | outcomes | bad lines | differences | recovery |\n");
        text.append("|---|---|---|---|---|---|---|---|---|\n");
        for (ChaosResult result : results) {
            text.append("| %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
                    .formatted(
                            result.scenario(),
                            result.fault(),
                            result.promise(),
                            number(result.injected()),
                            number(result.eventsIn()),
                            outcomes(result),
                            number(result.deadLetters()),
                            number(result.differences().size()),
                            seconds(result.recoverySeconds())));
        }
        return text.toString();
    }

    private static String outcomes(ChaosResult result) {
        return number(result.outcomes()) + (result.parked() == 0 ? "" : " (" + number(result.parked()) + " parked)");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String seconds(@org.jspecify.annotations.Nullable Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, "%.1f s", value);
    }
}

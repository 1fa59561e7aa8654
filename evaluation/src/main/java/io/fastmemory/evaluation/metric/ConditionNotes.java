package io.fastmemory.evaluation.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in which conditions runs differ, so that nobody takes a difference of conditions for one of policies. */
public final class ConditionNotes {
    private static final Map<String, Function<EvalSummary, String>> CONDITIONS = conditions();

    private ConditionNotes() {}

    private static Map<String, Function<EvalSummary, String>> conditions() {
        Map<String, Function<EvalSummary, String>> conditions = new LinkedHashMap<>();
        conditions.put(
                "dataset", run -> run.dataset().name() + " " + run.dataset().sha256());
        conditions.put("queries served", run -> run.config().queries());
        conditions.put(
                "speed", run -> run.config().speed() == 0 ? "max" : run.config().speed() + "x");
        conditions.put("reader", EvalSummary::reader);
        conditions.put("mock", run -> Boolean.toString(run.llm().mock()));
        conditions.put(
                "language model", run -> run.llm().client() + " / " + run.llm().model());
        conditions.put("index", run -> run.config().index());
        conditions.put("embedding", run -> run.config().embedding());
        conditions.put("budgets", run -> String.valueOf(budgets(run)));
        conditions.put(
                "reward weights",
                run -> String.valueOf(run.config().evaluation().reward()));
        conditions.put("prompt", run -> run.config().promptHash());
        conditions.put("versions", run -> run.versions().toString());
        conditions.put("end of the run", run -> run.wallS() == null ? "not recorded" : "recorded");
        return conditions;
    }

    /** Policies that make no call are told no limits, though they run under them. */
    private static Object budgets(EvalSummary run) {
        Rollouts.BudgetLimits configured =
                Rollouts.BudgetLimits.configured(run.config().options());
        Object limits = configured != null ? configured : run.budget().limits();
        return limits == null ? "unknown" : limits;
    }

    /** One sentence for each condition that is not the same in all runs to be compared, and for what a run lacks. */
    static List<String> of(List<EvalSummary> runs) {
        return notes(CONDITIONS, runs);
    }

    /** One sentence for each thing that should be the same in all runs of one suite and is not, and what a run lacks. */
    public static List<String> ofRepeats(List<EvalSummary> runs) {
        Map<String, Function<EvalSummary, String>> conditions = new LinkedHashMap<>(CONDITIONS);
        conditions.remove("dataset"); // of another seed in each
        return notes(conditions, runs);
    }

    private static List<String> notes(Map<String, Function<EvalSummary, String>> conditions, List<EvalSummary> runs) {
        List<String> notes = new ArrayList<>();
        conditions.forEach((name, condition) -> {
            Map<String, List<String>> byValue = runs.stream()
                    .collect(Collectors.groupingBy(
                            condition,
                            LinkedHashMap::new,
                            Collectors.mapping(EvalSummary::runId, Collectors.toList())));
            if (byValue.size() > 1) {
                notes.add(name + " differs: "
                        + byValue.entrySet().stream()
                                .map(entry -> entry.getKey() + " in " + String.join(", ", entry.getValue()))
                                .collect(Collectors.joining("; ")));
            }
        });
        note(notes, "not every query is scored", runs, ConditionNotes::unscored);
        note(notes, "reconciliation has differences", runs, ConditionNotes::differences);
        return notes;
    }

    /** One sentence with what there is to say of single runs, were it the same of all. */
    private static void note(
            List<String> notes, String name, List<EvalSummary> runs, Function<EvalSummary, @Nullable String> of) {
        List<String> said = new ArrayList<>();
        for (EvalSummary run : runs) {
            String what = of.apply(run);
            if (what != null) {
                said.add(what + " in " + run.runId());
            }
        }
        if (!said.isEmpty()) {
            notes.add(name + ": " + String.join("; ", said));
        }
    }

    private static @Nullable String unscored(EvalSummary run) {
        long scored = run.quality().overall().queries();
        return scored == run.dataset().queries()
                ? null
                : scored + " of " + run.dataset().queries();
    }

    private static @Nullable String differences(EvalSummary run) {
        int differences = run.reconciliation().differences().size();
        return differences == 0 ? null : Integer.toString(differences);
    }
}

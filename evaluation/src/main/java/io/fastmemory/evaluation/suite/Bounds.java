package io.fastmemory.evaluation.suite;

import io.fastmemory.evaluation.metric.ComparedFigure;
import io.fastmemory.evaluation.suite.SuiteSummary.Broken;
import io.fastmemory.evaluation.suite.SuiteSummary.Run;
import io.fastmemory.evaluation.suite.SuiteSummary.SeedBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Checks, seed by seed, that the policy under test stands between the bounds on answerable queries. */
final class Bounds {
    /** Policies from the lowest bound to the highest. */
    static final List<String> ORDER = List.of("none", "llm", "oracle");

    /** What is compared. */
    static final List<ComparedFigure> FIGURES = List.of(
            ComparedFigure.ANSWER_SUCCESS,
            ComparedFigure.ANSWER_CORRECT,
            ComparedFigure.EVIDENCE_CORRECT,
            ComparedFigure.RECALL_AT10);

    private Bounds() {}

    /** The check of a seed by its finished runs; neighbours among those that are there are compared. */
    static SeedBounds check(long seed, List<Run> runs) {
        List<Run> ordered = ORDER.stream()
                .map(policy -> runs.stream()
                        .filter(run -> run.seed() == seed && run.policy().equals(policy))
                        .findFirst()
                        .orElse(null))
                .filter(Objects::nonNull)
                .toList();
        List<Broken> broken = new ArrayList<>();
        for (int i = 1; i < ordered.size(); i++) {
            for (ComparedFigure figure : FIGURES) {
                Double lower = ordered.get(i - 1).figures().get(figure.key());
                Double upper = ordered.get(i).figures().get(figure.key());
                if (lower != null && upper != null && lower > upper) {
                    broken.add(new Broken(
                            figure.key(),
                            ordered.get(i - 1).policy(),
                            lower,
                            ordered.get(i).policy(),
                            upper));
                }
            }
        }
        return new SeedBounds(seed, ordered.stream().map(Run::policy).toList(), broken);
    }
}

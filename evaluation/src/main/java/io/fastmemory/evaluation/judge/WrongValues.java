package io.fastmemory.evaluation.judge;

import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery.Forbidden;
import io.fastmemory.model.GoldQuery.Required;
import io.fastmemory.model.scoring.TextEquivalence;
import io.fastmemory.model.scoring.ValueEquivalence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes answers that are wrong by construction: right in all but one value, which is one that was true once, or the gold value
 * of another question, of the same attribute where there is one.
 *
 * <p>A value counts as wrong only if neither it nor the right one holds the other, by values and by words, and if the evaluation's
 * own rule finds the answer wrong.
 */
final class WrongValues {
    private final List<Fact> gold;
    private final Random random;

    WrongValues(List<JudgedQuery> donors, Random random) {
        this.gold = donors.stream()
                .flatMap(query -> query.gold().required().stream())
                .map(Required::fact)
                .toList();
        this.random = random;
    }

    /** A wrong answer to a query, or {@code null} if no value is certainly wrong. */
    @Nullable
    JudgeCase caseOf(JudgedQuery query, Map<String, String> right) {
        List<Required> required = query.gold().required();
        Required target = required.get(random.nextInt(required.size()));
        boolean staleFirst = random.nextBoolean();
        JudgeCase wrong = staleFirst ? stale(query, right, target) : other(query, right, target);
        if (wrong == null) {
            wrong = staleFirst ? other(query, right, target) : stale(query, right, target);
        }
        return wrong;
    }

    private @Nullable JudgeCase stale(JudgedQuery query, Map<String, String> right, Required target) {
        List<Fact> stale = query.gold().forbidden().stream()
                .filter(forbidden -> forbidden.askId().equals(target.askId()))
                .map(Forbidden::fact)
                .toList();
        return firstWrong(query, right, target, stale, Control.WRONG_FORBIDDEN, fact -> true);
    }

    private @Nullable JudgeCase other(JudgedQuery query, Map<String, String> right, Required target) {
        String attribute = target.fact().attribute();
        JudgeCase alike = firstWrong(
                query, right, target, gold, Control.WRONG_OTHER, fact -> Objects.equals(fact.attribute(), attribute));
        return alike != null ? alike : firstWrong(query, right, target, gold, Control.WRONG_OTHER, fact -> true);
    }

    private @Nullable JudgeCase firstWrong(
            JudgedQuery query,
            Map<String, String> right,
            Required target,
            List<Fact> candidates,
            Control control,
            Predicate<Fact> fits) {
        int start = candidates.isEmpty() ? 0 : random.nextInt(candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            Fact candidate = candidates.get((start + i) % candidates.size());
            if (!fits.test(candidate) || !differs(candidate, query)) {
                continue;
            }
            Map<String, String> values = new LinkedHashMap<>(right);
            values.put(target.askId(), candidate.value());
            if (!query.correctWith(values)) {
                return new JudgeCase(query, control, Docket.given(query, values), false);
            }
        }
        return null;
    }

    /** Whether a value is none of the right ones, in no direction: part of a right value may pass for it. */
    private static boolean differs(Fact candidate, JudgedQuery query) {
        return query.gold().required().stream()
                .map(Required::fact)
                .noneMatch(right -> same(right, candidate) || same(candidate, right));
    }

    private static boolean same(Fact one, Fact other) {
        return ValueEquivalence.equivalent(one, other)
                || ValueEquivalence.equivalent(one, other.value())
                || TextEquivalence.satisfied(one, other.value());
    }
}

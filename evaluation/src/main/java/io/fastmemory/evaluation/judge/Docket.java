package io.fastmemory.evaluation.judge;

import io.fastmemory.evaluation.judge.JudgeLine.Given;
import io.fastmemory.model.Ask;
import io.fastmemory.model.GoldQuery.Required;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The answers of a run that are put before the judge, with controls among them, in an order that tells nothing.
 *
 * @param cases what is asked, in the order it is asked
 * @param notJudged the run's answers that are not judged, by why
 * @param controlsMissing controls that could not be made, by their kind
 */
record Docket(List<JudgeCase> cases, Map<String, Long> notJudged, Map<String, Long> controlsMissing) {
    private static final String NO_WRONG_VALUE = "wrong";
    private static final String NO_RIGHT_VALUE = "gold";

    /** The docket of a run's queries; the same queries and settings always give the same. */
    static Docket of(List<JudgedQuery> queries, JudgeSettings settings) {
        Map<String, Long> notJudged = new TreeMap<>();
        List<JudgedQuery> eligible = new ArrayList<>();
        for (JudgedQuery query : queries) {
            if (query.gold().abstain()) {
                notJudged.merge("unanswerable", 1L, Long::sum);
            } else if (!settings.all() && !query.textual()) {
                notJudged.merge("not_free_text", 1L, Long::sum);
            } else {
                eligible.add(query);
            }
        }
        eligible.sort(Comparator.comparing(JudgedQuery::queryId));
        List<JudgeCase> cases = new ArrayList<>();
        for (JudgedQuery query : eligible) {
            String unanswered = query.unanswered();
            if (unanswered != null) {
                notJudged.merge(unanswered, 1L, Long::sum);
            } else {
                cases.add(own(query));
            }
        }
        Map<String, Long> missing = new TreeMap<>();
        Random random = new Random(settings.seed());
        addControls(eligible, settings.controls(), random, cases, missing);
        Collections.shuffle(cases, random);
        return new Docket(List.copyOf(cases), notJudged, missing);
    }

    /** How many of the cases are controls. */
    long controls() {
        return cases.stream().filter(one -> one.control() != Control.NONE).count();
    }

    private static void addControls(
            List<JudgedQuery> eligible, int count, Random random, List<JudgeCase> cases, Map<String, Long> missing) {
        List<JudgedQuery> chosen = new ArrayList<>(eligible);
        Collections.shuffle(chosen, random);
        WrongValues wrongValues = new WrongValues(eligible, random);
        for (JudgedQuery query : chosen.subList(0, Math.min(count, chosen.size()))) {
            Map<String, String> gold = goldValues(query);
            if (!query.correctWith(gold)) {
                missing.merge(NO_RIGHT_VALUE, 1L, Long::sum); // its label forbids what it requires
                missing.merge(NO_WRONG_VALUE, 1L, Long::sum);
                continue;
            }
            cases.add(new JudgeCase(query, Control.GOLD, given(query, gold), true));
            JudgeCase wrong = wrongValues.caseOf(query, gold);
            if (wrong == null) {
                missing.merge(NO_WRONG_VALUE, 1L, Long::sum);
            } else {
                cases.add(wrong);
            }
        }
    }

    private static JudgeCase own(JudgedQuery query) {
        List<Given> given = query.answer() == null
                ? List.of()
                : query.answer().answers().stream()
                        .map(one -> new Given(one.askId(), one.value()))
                        .toList();
        return new JudgeCase(query, Control.NONE, given, query.correct());
    }

    private static Map<String, String> goldValues(JudgedQuery query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Required required : query.gold().required()) {
            values.putIfAbsent(required.askId(), required.fact().value());
        }
        return values;
    }

    /** Values in the order of the asks, as a reader would give them. */
    static List<Given> given(JudgedQuery query, Map<String, String> values) {
        List<Given> given = new ArrayList<>();
        for (Ask ask : query.asks()) {
            String value = values.get(ask.askId());
            if (value != null) {
                given.add(new Given(ask.askId(), value));
            }
        }
        return given;
    }
}

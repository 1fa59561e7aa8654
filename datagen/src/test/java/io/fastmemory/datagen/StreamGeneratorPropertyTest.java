package io.fastmemory.datagen;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.TokenEstimator;
import io.fastmemory.model.Urgency;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every generated dataset promises, over many seeds. */
class StreamGeneratorPropertyTest {
    private static final int INDEX_OPERATIONS_PER_MINUTE = 20;
    private static final int STORAGE_TOKENS = 2_000;

    @TempDir
    Path folder;

    private DatasetReader.Contents contents;
    private final Map<String, Event> events = new HashMap<>();
    private final Map<String, GoldEvent> labels = new HashMap<>();
    private final Map<String, GoldQuery> golds = new HashMap<>();

    static LongStream seeds() {
        return LongStream.concat(LongStream.of(7, 0, -1, Long.MIN_VALUE), LongStream.range(100, 160));
    }

    private void generate(GeneratorConfig config) throws Exception {
        new StreamGenerator(config).writeTo(folder);
        contents = DatasetReader.read(folder);
        contents.events().forEach(event -> events.put(event.eventId(), event));
        contents.goldEvents().forEach(gold -> labels.put(gold.eventId(), gold));
        contents.goldQueries().forEach(gold -> golds.put(gold.queryId(), gold));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void keepsEveryPromiseOfALabelledDataset(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        assertThat(new DatasetRules(contents).violations()).isEmpty();
        assertThat(new QuestionTexts(contents).violations()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void hasTheSizeOfItsMode(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        assertThat(contents.events()).hasSize(200);
        assertThat(contents.queries()).hasSize(60);
        assertThat(contents.events().stream().map(Event::entityId).distinct()).hasSize(8);
        assertThat(lastOffset()).isBetween(20_000L, 30_000L);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void holdsEveryKindOfEventAndQuery(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        assertThat(labels.values().stream().map(GoldEvent::category).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(EventCategory.values());
        assertThat(golds.values().stream().map(GoldQuery::category).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("fact", "ladder", "update", "correction", "urgent", "evidence", "abstain");
        assertThat(noise()).isBetween(70L, 120L);
        assertThat(contents.queries().stream().filter(query -> query.deadlineMs() != null))
                .hasSizeBetween(8, 30);
        assertThat(contents.events().stream().map(Event::scope).distinct()).contains(Scope.USER, Scope.SESSION);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void repeatsFactsInTheSameAndInOtherWords(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        long exact = 0;
        long paraphrased = 0;
        for (GoldEvent gold : labels.values()) {
            if (gold.duplicateOf() != null) {
                boolean same = textOf(gold.eventId()).equals(textOf(gold.duplicateOf()));
                exact += same ? 1 : 0;
                paraphrased += same ? 0 : 1;
            }
        }
        assertThat(exact).isGreaterThanOrEqualTo(8);
        assertThat(paraphrased).isGreaterThanOrEqualTo(8);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void changesSomeFactsThreeTimes(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        long longChains = golds.values().stream()
                .filter(gold -> gold.forbidden().size() >= 3)
                .count();
        assertThat(longChains).isGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void asksForUrgentFactsWithinSeconds(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        List<GoldEvent> urgent = labels.values().stream()
                .filter(gold -> gold.category() == EventCategory.URGENT_FACT)
                .toList();
        assertThat(urgent).hasSize(4).allSatisfy(gold -> {
            assertThat(events.get(gold.eventId()).urgency()).isEqualTo(Urgency.URGENT);
            assertThat(agesAsked(gold.eventId())).anyMatch(age -> age <= 3_000);
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void asksForLadderFactsAtGrowingAges(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        Map<String, Set<Long>> ladders = new TreeMap<>();
        for (Query query : contents.queries()) {
            GoldQuery gold = golds.get(query.queryId());
            if (gold.category().equals("ladder")) {
                String evidence = gold.required().get(0).evidence().get(0);
                ladders.computeIfAbsent(evidence, id -> new TreeSet<>())
                        .add(query.offsetMs() - events.get(evidence).offsetMs());
            }
        }
        assertThat(ladders).hasSize(3);
        assertThat(ladders.values())
                .allSatisfy(ages -> assertThat(ages).containsExactly(200L, 500L, 1_250L, 3_000L, 7_500L, 20_000L));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void needsEvidenceThatIsFarApart(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        List<GoldQuery> needing = golds.values().stream()
                .filter(gold -> gold.category().equals("evidence"))
                .toList();
        assertThat(needing).hasSize(4).allSatisfy(gold -> {
            assertThat(gold.required()).hasSize(2);
            GoldEvent first = labels.get(gold.required().get(0).evidence().get(0));
            GoldEvent second = labels.get(gold.required().get(1).evidence().get(0));
            assertThat(first.group()).isNotNull().isEqualTo(second.group());
            long apart = events.get(first.eventId()).offsetMs()
                    - events.get(second.eventId()).offsetMs();
            assertThat(Math.abs(apart)).isGreaterThan(8_000);
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void givesSeveralEntitiesTheSameSubjectsWithOtherValues(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        Map<String, Map<String, Set<String>>> values = new HashMap<>();
        for (GoldEvent gold : labels.values()) {
            for (Fact fact : gold.facts()) {
                values.computeIfAbsent(fact.subject() + '/' + fact.attribute(), key -> new HashMap<>())
                        .computeIfAbsent(events.get(gold.eventId()).entityId(), key -> new HashSet<>())
                        .add(fact.value());
            }
        }
        long lookAlikes = values.values().stream()
                .filter(byEntity -> byEntity.size() > 1
                        && byEntity.values().stream().distinct().count() > 1)
                .count();
        assertThat(lookAlikes).isGreaterThanOrEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void pressesOnTheBudgetsOfTheHotEntity(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        Map<String, List<Event>> byEntity = contents.events().stream().collect(Collectors.groupingBy(Event::entityId));
        List<Event> hot = byEntity.values().stream()
                .max((a, b) -> Integer.compare(tokens(a), tokens(b)))
                .orElseThrow();
        assertThat(hot.size()).as("events of the hot entity").isGreaterThanOrEqualTo(50);
        assertThat(tokens(hot)).as("tokens of the hot entity").isGreaterThan(STORAGE_TOKENS);
        assertThat(byEntity.values()).allSatisfy(all -> {
            List<Event> worthKeeping = all.stream()
                    .filter(event -> !labels.get(event.eventId()).facts().isEmpty())
                    .filter(event -> labels.get(event.eventId()).duplicateOf() == null)
                    .toList();
            assertThat(worthKeeping).hasSizeLessThanOrEqualTo(INDEX_OPERATIONS_PER_MINUTE);
            assertThat(tokens(worthKeeping)).isLessThanOrEqualTo(STORAGE_TOKENS);
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void sendsSomeEventsInBursts(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        int most = 0;
        for (Event first : contents.events()) {
            long within = contents.events().stream()
                    .filter(event -> event.entityId().equals(first.entityId()))
                    .filter(event -> event.offsetMs() >= first.offsetMs() && event.offsetMs() < first.offsetMs() + 300)
                    .count();
            most = Math.max(most, (int) within);
        }
        assertThat(most).isGreaterThanOrEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void doesNotRevealLabelsInTheStream(long seed) throws Exception {
        generate(GeneratorConfig.small(seed));

        assertThat(contents.events())
                .allSatisfy(event -> assertThat(event.text().toLowerCase(java.util.Locale.ROOT))
                        .doesNotContain("noise:", "duplicate", "stale", "label:", event.eventId(), event.entityId()));
        assertThat(contents.events().stream().map(Event::eventId).toList()).isSorted();
        assertThat(contents.queries().stream().map(Query::queryId).toList()).isSorted();
    }

    @Test
    void marksNoiseAsUrgentToo() throws Exception {
        Set<EventCategory> urgent = new TreeSet<>();
        for (long seed : seeds().toArray()) {
            generate(GeneratorConfig.small(seed));
            contents.events().stream()
                    .filter(event -> event.urgency() == Urgency.URGENT)
                    .map(event -> labels.get(event.eventId()).category())
                    .forEach(urgent::add);
        }
        assertThat(urgent)
                .as("urgency is no sign of worth")
                .containsExactly(EventCategory.NOISE, EventCategory.URGENT_FACT);
    }

    @Test
    void keepsItsPromisesOverManyBlocks() throws Exception {
        GeneratorConfig small = GeneratorConfig.small(7);
        generate(new GeneratorConfig(
                "several",
                7,
                small.epoch(),
                1_200,
                360,
                24,
                6,
                small.blockMillis(),
                small.mix(),
                small.pressure(),
                small.ladderAgesMillis(),
                small.distancesMillis(),
                false));

        assertThat(contents.events()).hasSize(1_200);
        assertThat(contents.queries()).hasSize(360);
        assertThat(new DatasetRules(contents).violations()).isEmpty();
        assertThat(new QuestionTexts(contents).violations()).isEmpty();
    }

    @Test
    void noticesAForbiddenValueThatWasNeverTold() throws Exception {
        generate(GeneratorConfig.small(7));
        GoldQuery gold = contents.goldQueries().stream()
                .filter(one -> one.abstain())
                .findFirst()
                .orElseThrow();
        GoldQuery.Forbidden untold = new GoldQuery.Forbidden("a1", Fact.of("tea", "kind", "sencha"));
        contents.goldQueries()
                .set(
                        contents.goldQueries().indexOf(gold),
                        new GoldQuery(gold.queryId(), gold.category(), List.of(), List.of(untold), true));

        assertThat(new DatasetRules(contents).violations())
                .singleElement()
                .asString()
                .startsWith("forbidden, but not told before");
    }

    @Test
    void noticesWordsThatAskForTwoTopics() throws Exception {
        generate(GeneratorConfig.small(7));
        GoldQuery asking = contents.goldQueries().stream()
                .filter(one -> one.category().equals("fact"))
                .findFirst()
                .orElseThrow();
        GoldQuery.Required required = asking.required().get(0);
        GoldEvent told = labels.get(required.evidence().get(0));
        Fact fact = required.fact();
        Fact sameWords = Fact.of("the " + fact.subject(), fact.attribute(), "another value");
        contents.goldEvents()
                .set(
                        contents.goldEvents().indexOf(told),
                        new GoldEvent(
                                told.eventId(), told.category(), List.of(fact, sameWords), null, List.of(), null));

        assertThat(new QuestionTexts(contents).violations())
                .isNotEmpty()
                .allSatisfy(violation -> assertThat(violation).contains(fact.subject(), sameWords.subject()))
                .anySatisfy(violation -> assertThat(violation).contains(asking.queryId()));
    }

    @Test
    void noticesWordsThatAskForAnotherTopicThanTheLabel() throws Exception {
        generate(GeneratorConfig.small(7));
        GoldQuery answered = contents.goldQueries().stream()
                .filter(one -> one.category().equals("fact"))
                .findFirst()
                .orElseThrow();
        contents.goldQueries()
                .set(
                        contents.goldQueries().indexOf(answered),
                        new GoldQuery(answered.queryId(), "abstain", List.of(), List.of(), true));

        assertThat(new QuestionTexts(contents).violations())
                .hasSize(1)
                .allSatisfy(violation -> assertThat(violation).contains(answered.queryId()));
    }

    private long lastOffset() {
        return Math.max(
                contents.events().get(contents.events().size() - 1).offsetMs(),
                contents.queries().get(contents.queries().size() - 1).offsetMs());
    }

    private long noise() {
        return labels.values().stream()
                .filter(gold -> gold.category() == EventCategory.NOISE)
                .count();
    }

    private String textOf(String eventId) {
        return events.get(eventId).text();
    }

    private List<Long> agesAsked(String eventId) {
        return contents.queries().stream()
                .filter(query -> golds.get(query.queryId()).required().stream()
                        .anyMatch(required -> required.evidence().contains(eventId)))
                .map(query -> query.offsetMs() - events.get(eventId).offsetMs())
                .toList();
    }

    private static int tokens(List<Event> events) {
        return events.stream()
                .mapToInt(event -> TokenEstimator.tokens(event.text()))
                .sum();
    }
}

package io.fastmemory.datagen;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.datagen.BudgetSimulation.Peak;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the modes medium and long promise, long with fewer events, at its own rate and over eight hours, for several seeds. */
@ParameterizedClass
@MethodSource("configs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargerModesPropertyTest {
    private static final int STORAGE_TOKENS = 2_000;
    private static final int INDEX_OPERATIONS_PER_MINUTE = 20;

    @Parameter
    GeneratorConfig config;

    private final Map<String, Event> events = new HashMap<>();
    private final Map<String, GoldEvent> labels = new HashMap<>();
    private final Map<String, GoldQuery> golds = new HashMap<>();
    private DatasetReader.Contents contents;

    static Stream<GeneratorConfig> configs() {
        return LongStream.of(7, 0, -3)
                .boxed()
                .flatMap(seed -> Stream.of(
                        GeneratorConfig.medium(seed),
                        StreamShape.longStream().withSize(30_000, 3_000, 20_000).config("long", seed),
                        eightHours().config("slow", seed)));
    }

    private static StreamShape eightHours() {
        StreamShape shape = StreamShape.longStream();
        return shape.withSize(100_000, 10_000, 4_000).withRate(200).withPressure(2, shape.pressure());
    }

    @BeforeParameterizedClassInvocation
    void generate() throws Exception {
        contents = CollectedLines.of(config);
        events.clear();
        labels.clear();
        golds.clear();
        contents.events().forEach(event -> events.put(event.eventId(), event));
        contents.goldEvents().forEach(gold -> labels.put(gold.eventId(), gold));
        contents.goldQueries().forEach(gold -> golds.put(gold.queryId(), gold));
    }

    @Test
    void keepsEveryPromiseOfALabelledDataset() {
        assertThat(new DatasetRules(contents).violations()).isEmpty();
        assertThat(new QuestionTexts(contents).violations()).isEmpty();
    }

    @Test
    void hasTheSizeItsConfigurationSays() {
        assertThat(contents.events()).hasSize((int) config.events());
        assertThat(contents.queries()).hasSize((int) config.queries());
        long last = contents.events().get(contents.events().size() - 1).offsetMs();
        assertThat(last).isBetween(config.millis() - 10_000, config.millis() - 1);
    }

    @Test
    void spreadsEventsAndQueriesEvenlyOverTheTimeline() {
        Map<Long, Long> perBlock = contents.events().stream()
                .collect(Collectors.groupingBy(
                        event -> event.offsetMs() / config.blockMillis(), TreeMap::new, Collectors.counting()));
        assertThat(perBlock).hasSize(config.blocks());
        assertThat(perBlock.values()).allMatch(count -> count == config.events() / config.blocks());
    }

    @Test
    void holdsEveryKindOfEventAndQuery() {
        assertThat(labels.values().stream().map(GoldEvent::category).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(EventCategory.values());
        assertThat(golds.values().stream().map(GoldQuery::category).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "fact", "ladder", "update", "correction", "urgent", "evidence", "lasting", "abstain");
        assertThat(contents.events().stream().map(Event::scope).distinct()).contains(Scope.USER, Scope.SESSION);
    }

    @Test
    void isAlmostHalfNoise() {
        long noise = labels.values().stream()
                .filter(gold -> gold.category() == EventCategory.NOISE)
                .count();
        assertThat((double) noise / labels.size()).isBetween(0.44, 0.49);
    }

    @Test
    void isSpokenInEveryDomain() {
        assertThat(contents.events().stream().map(Event::source).distinct())
                .contains("ticket", "calendar", "runbook", "site_log", "crm", "radio", "interview");
    }

    @Test
    void repeatsFactsInTheSameAndInOtherWords() {
        long same = labels.values().stream()
                .filter(gold -> gold.duplicateOf() != null)
                .filter(gold -> text(gold.eventId()).equals(text(gold.duplicateOf())))
                .count();
        long all = labels.values().stream()
                .filter(gold -> gold.duplicateOf() != null)
                .count();
        assertThat((double) same / all).isBetween(0.25, 0.75);
    }

    @Test
    void changesFactsThreeTimesAndAsksForThem() {
        assertThat(golds.values().stream().filter(gold -> gold.forbidden().size() >= 3))
                .hasSizeGreaterThanOrEqualTo(config.mix().chains() * config.blocks());
    }

    @Test
    void asksForEveryUrgentFactWithinSeconds() {
        Map<String, Long> firstAsked = new HashMap<>();
        for (Query query : contents.queries()) {
            for (GoldQuery.Required required : golds.get(query.queryId()).required()) {
                required.evidence().forEach(id -> firstAsked.merge(id, query.offsetMs(), Math::min));
            }
        }
        assertThat(labels.values())
                .filteredOn(gold -> gold.category() == EventCategory.URGENT_FACT)
                .hasSize(config.mix().urgents() * config.blocks())
                .allSatisfy(gold -> {
                    assertThat(events.get(gold.eventId()).urgency()).isEqualTo(Urgency.URGENT);
                    assertThat(firstAsked.get(gold.eventId())
                                    - events.get(gold.eventId()).offsetMs())
                            .isBetween(1L, 3_000L);
                });
        assertThat(labels.values().stream()
                        .filter(gold -> gold.category() == EventCategory.NOISE)
                        .map(gold -> events.get(gold.eventId()).urgency()))
                .as("urgency is no sign of worth")
                .contains(Urgency.URGENT);
    }

    @Test
    void asksForLadderFactsAtEveryAge() {
        Map<String, Set<Long>> ladders = agesByFirstEvidence("ladder");
        assertThat(ladders).hasSize(config.mix().ladders() * config.blocks());
        assertThat(ladders.values())
                .allSatisfy(
                        ages -> assertThat(ages).containsExactly(200L, 500L, 1_250L, 3_000L, 7_500L, 20_000L, 60_000L));
    }

    @Test
    void needsEvidenceThatIsFarApartAtEveryDistance() {
        Map<Long, Long> distances = new TreeMap<>();
        for (GoldQuery gold : golds.values()) {
            if (gold.category().equals("evidence")) {
                GoldEvent first = labels.get(gold.required().get(0).evidence().get(0));
                GoldEvent second = labels.get(gold.required().get(1).evidence().get(0));
                assertThat(first.group()).isNotNull().isEqualTo(second.group());
                distances.merge(Math.abs(offset(first.eventId()) - offset(second.eventId())), 1L, Long::sum);
            }
        }
        assertThat(distances.keySet()).containsAll(distancesThatFit());
    }

    @Test
    void asksForLastingFactsAfterAThirdOfEveryDistanceAndAfterAllOfIt() {
        Map<String, Set<Long>> ages = new TreeMap<>();
        Set<String> changed = new HashSet<>();
        for (Query query : contents.queries()) {
            GoldQuery gold = golds.get(query.queryId());
            if (gold.category().equals("lasting")) {
                GoldEvent told = labels.get(gold.required().get(0).evidence().get(0));
                String first = told.supersedes().isEmpty()
                        ? told.eventId()
                        : told.supersedes().get(0);
                ages.computeIfAbsent(first, id -> new TreeSet<>()).add(query.offsetMs() - offset(first));
                if (!told.supersedes().isEmpty()) {
                    changed.add(first);
                }
            }
        }
        Set<Long> plain = new TreeSet<>();
        Set<Long> withChange = new TreeSet<>();
        ages.forEach((first, asked) -> {
            long distance = asked.stream().mapToLong(age -> age).max().orElseThrow();
            assertThat(asked).as(first).containsExactly(distance / 3, distance);
            (changed.contains(first) ? withChange : plain).add(distance);
        });
        assertThat(plain).as("distances of facts that stay").containsAll(distancesThatFit());
        assertThat(withChange).as("distances of facts that change").containsAll(distancesThatFit());
    }

    @Test
    void givesManyEntitiesTheSameSubjectsWithOtherValues() {
        Map<String, Map<String, Set<String>>> values = new HashMap<>();
        for (GoldEvent gold : labels.values()) {
            for (Fact fact : gold.facts()) {
                values.computeIfAbsent(fact.subject() + '/' + fact.attribute(), key -> new HashMap<>())
                        .computeIfAbsent(events.get(gold.eventId()).entityId(), key -> new HashSet<>())
                        .add(fact.value());
            }
        }
        long lookAlikes = values.values().stream()
                .filter(byEntity ->
                        byEntity.size() > 1 && Set.copyOf(byEntity.values()).size() > 1)
                .count();
        assertThat(lookAlikes).isGreaterThanOrEqualTo(values.size() / 10);
    }

    @Test
    void asksInVainForWhatOtherEntitiesWereTold() {
        Set<String> told = new HashSet<>();
        labels.values().forEach(gold -> gold.facts().forEach(fact -> told.add(fact.subject() + fact.attribute())));
        List<Query> inVain = contents.queries().stream()
                .filter(query -> golds.get(query.queryId()).abstain())
                .toList();
        assertThat(inVain)
                .filteredOn(query -> told.contains(
                        query.asks().get(0).subject() + query.asks().get(0).attribute()))
                .hasSizeGreaterThan(inVain.size() / 2);
    }

    @Test
    void hasHotEntitiesAndALongTail() {
        List<Long> counts = contents.events().stream()
                .collect(Collectors.groupingBy(Event::entityId, Collectors.counting()))
                .values()
                .stream()
                .sorted(Comparator.reverseOrder())
                .toList();
        assertThat(counts.get(0)).as("hottest").isGreaterThan(config.events() / 10);
        assertThat(counts.get(0)).as("hottest against the tenth").isGreaterThan(4 * counts.get(9));
        assertThat(counts.get(counts.size() / 2)).as("median").isLessThan(counts.get(0) / 20);
        if (config.mode().equals("medium")) {
            assertThat(counts).hasSize(200);
        }
    }

    @Test
    void sendsSomeEventsInBursts() {
        Map<String, ArrayDeque<Long>> recent = new HashMap<>();
        Map<Integer, Integer> bursts = new TreeMap<>();
        for (Event event : contents.events()) {
            ArrayDeque<Long> last = recent.computeIfAbsent(event.entityId(), id -> new ArrayDeque<>());
            last.addLast(event.offsetMs());
            while (last.getFirst() < event.offsetMs() - 300) {
                last.removeFirst();
            }
            bursts.merge((int) (event.offsetMs() / config.blockMillis()), last.size(), Math::max);
        }
        assertThat(bursts.values()).as("largest burst of each block").allMatch(size -> size >= 7);
    }

    @Test
    void keepingEveryFactOverflowsTheBudgetsOfHotEntities() {
        Map<String, Peak> peaks = new BudgetSimulation(contents).keepingEverything();

        assertThat(peaks.values().stream().filter(peak -> peak.tokens() > STORAGE_TOKENS))
                .hasSizeGreaterThanOrEqualTo(8);
        assertThat(peaks.values().stream().filter(peak -> peak.indexOperations() > INDEX_OPERATIONS_PER_MINUTE))
                .isNotEmpty();
    }

    @Test
    void keepingWhatIsStillAskedStaysWithinTheBudgetsAlways() {
        Map<String, Peak> peaks = new BudgetSimulation(contents).keepingWhatIsStillAsked();

        assertThat(peaks.values()).allSatisfy(peak -> {
            assertThat(peak.tokens()).isLessThanOrEqualTo(STORAGE_TOKENS);
            assertThat(peak.indexOperations()).isLessThanOrEqualTo(INDEX_OPERATIONS_PER_MINUTE);
        });
    }

    @Test
    void keepingWhatIsEverAskedFitsMediumButNotLong() {
        long most = new BudgetSimulation(contents)
                .keepingWhatIsAsked().values().stream()
                        .mapToLong(Peak::tokens)
                        .max()
                        .orElseThrow();
        if (config.mode().equals("medium")) {
            assertThat(most).isBetween(STORAGE_TOKENS / 2L, (long) STORAGE_TOKENS);
        } else {
            assertThat(most).isGreaterThan(STORAGE_TOKENS);
        }
    }

    @Test
    void doesNotRevealLabelsInTheStream() {
        assertThat(contents.events().stream().map(Event::eventId).toList()).isSorted();
        assertThat(contents.queries().stream().map(Query::queryId).toList()).isSorted();
        for (Event event : contents.events()) {
            assertThat(event.text()).doesNotContain(event.eventId(), event.entityId());
        }
    }

    /** Distances short enough that stories of every turn have room for them. */
    private List<Long> distancesThatFit() {
        return config.distancesMillis().stream()
                .map(Integer::longValue)
                .filter(distance -> distance < config.millis() * 3 / 4)
                .toList();
    }

    /** At which ages the queries of a category asked, by the first event that told what they ask for. */
    private Map<String, Set<Long>> agesByFirstEvidence(String category) {
        Map<String, Set<Long>> ages = new TreeMap<>();
        for (Query query : contents.queries()) {
            GoldQuery gold = golds.get(query.queryId());
            if (gold.category().equals(category)) {
                String evidence = gold.required().get(0).evidence().get(0);
                ages.computeIfAbsent(evidence, id -> new TreeSet<>()).add(query.offsetMs() - offset(evidence));
            }
        }
        return ages;
    }

    private long offset(String eventId) {
        return events.get(eventId).offsetMs();
    }

    private String text(String eventId) {
        return events.get(eventId).text();
    }
}

package io.fastmemory.job.policy;

import static io.fastmemory.job.memory.EntityUnderTest.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.memory.AppliedDecision;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Budgets;
import io.fastmemory.job.memory.EntityUnderTest;
import io.fastmemory.job.source.GoldLabels;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.timeline.DatasetLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policies that are bounds, each driven through the rules that carry out its actions. */
class BoundPoliciesTest {
    @TempDir
    private Path folder;

    private final List<String> labels = new ArrayList<>();
    private Budgets budgets = EntityUnderTest.budgets();
    private EntityUnderTest ann = new EntityUnderTest("ann", budgets);

    @Test
    void noMemoryIgnoresEveryEvent() {
        List<MemoryAction> actions = actions(new NoMemory(), event("e1", 0, "a"), event("e2", 1, "b"));

        assertThat(actions)
                .extracting(action -> ((IgnoreEvent) action).eventId())
                .containsExactly("e1", "e2");
    }

    @Test
    void storeEverythingKeepsAndIndexesEveryTextUnchanged() {
        AppliedDecision applied = decide(
                new StoreEverything(), event("e1", 0, "first text"), event("e2", 1, " "), event("e3", 2, "third text"));

        assertThat(applied.results()).allMatch(result -> result.success());
        assertThat(applied.versions()).extracting(MemoryVersion::content).containsExactly("first text", "third text");
        assertThat(applied.versions()).allMatch(MemoryVersion::verbatim);
        assertThat(applied.indexRequests())
                .extracting(request -> request.document().content())
                .containsExactly("first text", "third text");
        assertThat(actions(new StoreEverything(), event("e2", 1, " ")))
                .singleElement()
                .isInstanceOf(IgnoreEvent.class);
    }

    @Test
    void oracleKeepsJustWhatAQuestionNeeds() throws IOException {
        label("e1", null);
        label("e2", null);
        need("q1", "e1");

        AppliedDecision applied = decide(oracle(), event("e1", 0, "tea: sencha"), event("e2", 1, "chatter"));

        assertThat(contents()).containsExactly("tea: sencha");
        assertThat(applied.versions().get(0).facts()).containsExactly(Fact.of("Ann", "e1", "value of e1"));
        assertThat(applied.indexRequests()).hasSize(1);
    }

    @Test
    void oracleReplacesWhatIsNoLongerTrue() throws IOException {
        label("e1", null);
        label("e2", null, "e1");
        need("q1", "e1");
        need("q2", "e2");
        OraclePolicy oracle = oracle();

        decide(oracle, event("e1", 0, "tea: sencha"));
        AppliedDecision applied = decide(oracle, event("e2", 1, "tea: matcha"));

        assertThat(contents()).containsExactly("tea: matcha");
        assertThat(applied.versions().get(0).sourceEventIds()).containsExactly("e1", "e2");
        assertThat(applied.indexRequests().get(0).version()).isEqualTo(2);
    }

    @Test
    void oracleEndsAMemoryWhoseSuccessorNoQuestionNeeds() throws IOException {
        label("e1", null);
        label("e2", null, "e1");
        need("q1", "e1");
        OraclePolicy oracle = oracle();
        decide(oracle, event("e1", 0, "tea: sencha"));

        decide(oracle, event("e2", 1, "tea: none any more"));

        assertThat(contents()).isEmpty();
    }

    @Test
    void oracleFollowsAChainOfChangesWithinOneCall() throws IOException {
        label("e1", null);
        label("e2", null, "e1");
        label("e3", null, "e2");
        need("q1", "e1", "e2", "e3");
        OraclePolicy oracle = oracle();
        decide(oracle, event("e1", 0, "tea: sencha"));

        AppliedDecision applied = decide(oracle, event("e2", 1, "tea: matcha"), event("e3", 2, "tea: oolong"));

        assertThat(applied.results()).allMatch(result -> result.success());
        assertThat(contents()).containsExactly("tea: oolong");
        assertThat(ann.active("ann:m1.0").latest().version()).isEqualTo(2);
        assertThat(ann.active("ann:m1.0").latest().sourceEventIds()).containsExactly("e1", "e2", "e3");
    }

    @Test
    void oracleFollowsAChainThatBeginsWithinTheCall() throws IOException {
        label("e1", null);
        label("e2", null, "e1");
        need("q1", "e1", "e2");

        decide(oracle(), event("e1", 0, "tea: sencha"), event("e2", 1, "tea: matcha"));

        assertThat(contents()).containsExactly("tea: matcha");
    }

    @Test
    void oracleIgnoresDuplicatesOfWhatItKeeps() throws IOException {
        label("e1", null);
        label("e2", "e1");
        need("q1", "e1", "e2");
        OraclePolicy oracle = oracle();

        decide(oracle, event("e1", 0, "tea: sencha"));
        AppliedDecision applied = decide(oracle, event("e2", 1, "her tea is sencha"));

        assertThat(applied.results())
                .singleElement()
                .satisfies(result -> assertThat(result.actionType()).isEqualTo("ignore_event"));
        assertThat(contents()).containsExactly("tea: sencha");
    }

    @Test
    void oracleKeepsADuplicateOfWhatItCouldNotKeep() throws IOException {
        label("e1", null);
        label("e2", "e1");
        need("q1", "e1", "e2");

        decide(oracle(), event("e2", 1, "her tea is sencha"));

        assertThat(contents()).containsExactly("her tea is sencha");
    }

    @Test
    void oracleForgetsWhatNoLaterQuestionNeedsWhenTheBudgetBinds() throws IOException {
        budgets = new Budgets(30, 20, 5_000, true);
        ann = new EntityUnderTest("ann", budgets);
        label("e1", null);
        need("q1", "e1");
        label("e2", null);
        need("q2", "e2");
        OraclePolicy oracle = oracle();

        decide(oracle, event("e1", 0, "Ann drinks sencha in the morning and at noon."));
        decide(oracle, event("e2", 1, "Ann cycles to work on all days but Friday."));

        assertThat(contents()).containsExactly("Ann cycles to work on all days but Friday.");
    }

    @Test
    void oracleForgetsJustAsWellWhenACallEndsWithAnEventWithoutALabel() throws IOException {
        budgets = new Budgets(30, 20, 5_000, true);
        ann = new EntityUnderTest("ann", budgets);
        label("e1", null);
        need("q1", "e1");
        label("e2", null);
        need("q2", "e2");
        OraclePolicy oracle = oracle();

        decide(oracle, event("e1", 0, "Ann drinks sencha in the morning and at noon."));
        decide(
                oracle,
                event("e2", 1, "Ann cycles to work on all days but Friday."),
                event("e3", 2, "chatter that nobody labelled"));

        assertThat(contents()).containsExactly("Ann cycles to work on all days but Friday.");
    }

    @Test
    void oracleObeysBothBudgetsAndIndexesLaterWhatHadToWait() throws IOException {
        budgets = new Budgets(15, 1, 5_000, true); // the short ones come to 7 tokens with their fact
        ann = new EntityUnderTest("ann", budgets);
        for (String id : List.of("e1", "e2", "e3", "e4")) {
            label(id, null);
        }
        need("q1", "e1", "e2", "e3", "e4");
        OraclePolicy oracle = oracle();

        AppliedDecision first = decide(
                oracle,
                event("e1", 0, "twelve chars"),
                event("e2", 1, "twelve chars"),
                event("e3", 2, "too long a text"));
        AppliedDecision later = decide(oracle, event("e4", 60_000, "also too long"));

        assertThat(first.results()).as("nothing is rejected").allMatch(result -> result.success());
        assertThat(contents()).containsExactly("twelve chars", "twelve chars");
        assertThat(first.indexRequests())
                .extracting(request -> request.memoryId())
                .containsExactly("ann:m1.0");
        assertThat(later.results()).allMatch(result -> result.success());
        assertThat(later.indexRequests())
                .extracting(request -> request.memoryId())
                .hasSize(1)
                .doesNotContain("ann:m1.0");
    }

    @Test
    void fallsBackToKeepingEachEventVerbatimWhenTheRunWantsThat() {
        PolicyCall call = call(event("e1", 0, "first"), event("e2", 1, " "));
        PolicyOutcome timeout = PolicyOutcome.failed("timeout", "no valid answer");

        var parked = new DecisionMaker(OnPolicyFailure.PARK).decide(call, timeout, EntityUnderTest.START, 2);
        var stored = new DecisionMaker(OnPolicyFailure.STORE).decide(call, timeout, EntityUnderTest.START, 0);

        assertThat(parked.outcome()).hasToString("PARKED");
        assertThat(parked.actions()).isEqualTo("{\"actions\":[]}");
        assertThat(parked.reason()).isEqualTo("timeout");
        assertThat(parked.reasked()).isEqualTo(2);
        assertThat(stored.outcome()).hasToString("FALLBACK_STORED");
        List<MemoryAction> actions = io.fastmemory.model.Json.read(
                        stored.actions(), io.fastmemory.model.PolicyAnswer.class)
                .actions();
        assertThat(((WriteMemory) actions.get(0)).content()).isEqualTo("first");
        assertThat(actions.get(1)).isInstanceOf(IgnoreEvent.class);
        assertThat(actions).noneMatch(IndexNow.class::isInstance);
    }

    private void label(String eventId, @Nullable String duplicateOf, String... supersedes) {
        labels.add(DatasetLines.of(new GoldEvent(
                eventId,
                EventCategory.USEFUL_FACT,
                List.of(Fact.of("Ann", eventId, "value of " + eventId)),
                duplicateOf,
                List.of(supersedes),
                null)));
    }

    private void need(String queryId, String... evidence) {
        labels.add(DatasetLines.of(new GoldQuery(
                queryId,
                "useful",
                List.of(new GoldQuery.Required("a1", Fact.of("Ann", "tea", "sencha"), List.of(evidence))),
                List.of(),
                false)));
    }

    private OraclePolicy oracle() throws IOException {
        Path file = folder.resolve("gold.jsonl");
        Files.write(file, labels);
        return new OraclePolicy(GoldLabels.load(file.toString()));
    }

    private AppliedDecision decide(MemoryWritePolicy policy, ArrivedEvent... events) {
        return ann.decide(List.of(events), actions(policy, events).toArray(MemoryAction[]::new));
    }

    private List<MemoryAction> actions(MemoryWritePolicy policy, ArrivedEvent... events) {
        return policy.decide(call(events)).join().actions();
    }

    private PolicyCall call(ArrivedEvent... events) {
        return new CallBuilder(budgets, 8_000)
                .build("ann", ann.memory().ledger().calls() + 1, "generation", List.of(events), ann.memory());
    }

    private List<String> contents() {
        return ann.memory().active().values().stream()
                .map(memory -> memory.latest().content())
                .toList();
    }
}

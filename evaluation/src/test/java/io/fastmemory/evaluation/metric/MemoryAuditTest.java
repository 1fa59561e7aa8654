package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary.MemoryQuality;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.DigestLine.MemoryRef;
import io.fastmemory.model.rollout.VersionLine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryAuditTest {
    private static final Fact RED = Fact.of("bike", "colour", "red");
    private static final Fact BLUE = Fact.of("bike", "colour", "blue");
    private static final Fact DOG = Fact.of("Ann", "pet", "dog");
    private static final Fact CITY = Fact.of("Ann", "city", "Oslo");

    private final RecordedRun run = new RecordedRun().add(RecordedRun.run("r1", 5, 0));
    private final List<MemoryRef> active = new ArrayList<>();

    MemoryAuditTest() {
        tell("e1", EventCategory.USEFUL_FACT, List.of(RED));
        tell("e2", EventCategory.USEFUL_FACT, List.of(DOG));
        tell("e3", EventCategory.STALE_UPDATE, List.of(BLUE), "e1");
        tell("e4", EventCategory.NOISE, List.of());
        tell("e5", EventCategory.USEFUL_FACT, List.of(CITY));
    }

    @Test
    void judgesStatementsFactsUpdatesDuplicatesAndNoise() {
        memory("m1", "The bike is red.", List.of(RED), "e1"); // no longer true
        memory("m2", "Ann has a dog and a boat.", List.of(DOG, Fact.of("Ann", "boat", "yes")), "e2", "e4");
        memory("m3", "Ann's animal", List.of(Fact.of("ann", "animal", "Dog")), "e2"); // says what m2 says

        assertThat(quality())
                .as("4 statements, dog twice right; of dog, blue and Oslo the dog is held; red is still stated")
                .isEqualTo(new MemoryQuality(3, 4, 0.5, 3, 0.333333, 1, 0.0, 0.333333, 1, 1.0));
    }

    @Test
    void countsAnUpdateAsDoneWhenOnlyTheNewValueIsLeft() {
        memory("m1", "The bike is blue.", List.of(BLUE), "e1", "e3");

        assertThat(quality().updateAccuracy()).isEqualTo(1.0);
        assertThat(quality().precision()).isEqualTo(1.0);
        assertThat(quality().noiseStored()).isZero();
    }

    @Test
    void doesNotCountAnUpdateAsDoneWhenNeitherValueIsKnown() {
        memory("m2", "Ann has a dog.", List.of(DOG), "e2");

        assertThat(quality().updateAccuracy()).isZero();
    }

    @Test
    void takesUnchangedEventsForWhatTheySay() {
        verbatim("m1", "My bike, a scarlet one, was stolen.", "e1");
        verbatim("m3", "Got a new one in navy.", "e3");
        verbatim("m4", "Nice weather.", "e4");

        assertThat(quality())
                .as("of three statements the second is true; blue is held; red is still stated")
                .isEqualTo(new MemoryQuality(3, 3, 0.333333, 3, 0.333333, 1, 0.0, 0.0, 1, 1.0));
    }

    @Test
    void holdsAFactThatOnlyTheContentSaysIfItRestsOnTheEvent() {
        memory("m1", "Lives in Oslo, has a boat.", List.of(Fact.of("Ann", "boat", "yes")), "e5");

        assertThat(quality().recall()).isEqualTo(0.333333);
        assertThat(quality().precision())
                .as("the boat is no fact that was told")
                .isZero();
    }

    @Test
    void leavesOutMemoriesThatAreNoLongerActiveAndEventsThatNeverArrived() {
        memory("m1", "The bike is blue.", List.of(BLUE), "e3");
        active.clear();
        run.label("gone", EventCategory.USEFUL_FACT, List.of(Fact.of("Bo", "age", "7")));

        assertThat(quality()).isEqualTo(new MemoryQuality(0, 0, null, 3, 0.0, 1, 0.0, null, 1, 0.0));
    }

    @Test
    void aValueThatCameBackIsTrueAgain() {
        tell("e6", EventCategory.STALE_UPDATE, List.of(RED), "e3");
        memory("m1", "The bike is red.", List.of(RED), "e6");

        assertThat(quality())
                .as("red is told by e1, which is superseded, and by e6, which is not")
                .isEqualTo(new MemoryQuality(1, 1, 1.0, 3, 0.333333, 1, 1.0, 0.0, 1, 0.0));
    }

    @Test
    void saysNothingWithoutLabelsOrDigests() {
        RecordedRun unlabelled = new RecordedRun().add(RecordedRun.run("r1", 1, 0));
        unlabelled.event("e1", Urgency.NORMAL, 0, 5, 200, 0).digests(List.of(), List.of(), 0);
        assertThat(audit(unlabelled).quality()).isNull();

        assertThat(audit(run).quality()).as("labels, but no digest").isNull();
    }

    private MemoryQuality quality() {
        RecordedRun ended = new RecordedRun();
        ended.lines.addAll(run.lines);
        return audit(ended.digests(active, List.of(), 0)).quality();
    }

    private static MemoryAudit audit(RecordedRun recorded) {
        Rollouts rollouts = recorded.rollouts();
        return MemoryAudit.of(rollouts, EventLabels.of(rollouts));
    }

    private void tell(String eventId, EventCategory category, List<Fact> facts, String... supersedes) {
        long arrivalMs = 100L * run.lines.size();
        run.label(eventId, category, facts, supersedes)
                .event(eventId, Urgency.NORMAL, arrivalMs, arrivalMs + 5, arrivalMs + 200, 0);
    }

    private void memory(String memoryId, String content, List<Fact> facts, String... sources) {
        write(memoryId, content, facts, false, sources);
    }

    private void verbatim(String memoryId, String content, String source) {
        write(memoryId, content, List.of(), true, source);
    }

    private void write(String memoryId, String content, List<Fact> facts, boolean verbatim, String... sources) {
        active.add(new MemoryRef(memoryId, 1));
        run.add(new VersionLine(
                new MemoryVersion(
                        memoryId,
                        1,
                        RecordedRun.ENTITY,
                        Scope.USER,
                        null,
                        0,
                        MemoryStatus.ACTIVE,
                        Layer.FACT,
                        content,
                        facts,
                        5,
                        List.of(sources),
                        verbatim,
                        false,
                        null,
                        active.size(),
                        active.size(),
                        0,
                        null,
                        null,
                        at(300)),
                at(301)));
    }
}

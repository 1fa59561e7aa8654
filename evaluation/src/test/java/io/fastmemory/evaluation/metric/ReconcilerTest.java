package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.ENTITY;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.metric.EvalSummary.Difference;
import io.fastmemory.evaluation.metric.EvalSummary.Held;
import io.fastmemory.evaluation.metric.EvalSummary.Reconciliation;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.DigestLine.MemoryRef;
import io.fastmemory.model.rollout.IndexLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
    private static final Fact RED = Fact.of("bike", "colour", "red");
    private static final MemoryRef M1 = new MemoryRef("m1", 1);
    private static final MemoryRef M2 = new MemoryRef("m2", 3);

    private final RecordedRun run = new RecordedRun()
            .add(RecordedRun.run("r1", 1, 0))
            .event("e1", Urgency.NORMAL, 0, 5, 200, 0)
            .call(0, 200, "e1")
            .add(RecordedRun.end("r1", 1000));

    @Test
    void findsNothingWhereAllAgree() {
        versions();
        run.upsert("m2", 3, 0, 200, 350L).digests(List.of(M1, M2), List.of(M2), 1);

        assertThat(reconcile())
                .isEqualTo(new Reconciliation(
                        new Held(1, 2L, null), new Held(1, 2L, 1L), new Held(1, null, 1L), List.of()));
    }

    @Test
    void findsTheLostLineOfAMemoryThatWasNeverIndexed() {
        run.version("m1", 1, 0, 300, RED, "e1").digests(List.of(new MemoryRef("m1", 2)), List.of(), 1);

        assertThat(reconcile().differences())
                .containsExactly(new Difference(
                        "version_missing", "rollouts", null, "m1", "expected lines of 2 versions, found 1"));
    }

    @Test
    void namesMemoriesThatTheStoreLacksOrHoldsInAnotherVersion() {
        versions();
        run.add(new DigestLine.State(ENTITY, List.of(M1, M2), List.of(), 20, 1, 0, 0))
                .add(new DigestLine.Store(ENTITY, List.of(new MemoryRef("m2", 2), new MemoryRef("m3", 1))))
                .add(new DigestLine.Index(ENTITY, List.of()));

        assertThat(reconcile().differences())
                .containsExactly(
                        new Difference("missing", "store", ENTITY, "m1", "expected version 1 as in state, found none"),
                        new Difference(
                                "unexpected", "store", ENTITY, "m3", "expected none as in state, found version 1"),
                        new Difference(
                                "version_differs", "store", ENTITY, "m2", "expected version 3 as in state, found 2"));
    }

    @Test
    void namesVectorsThatShouldBeGone() {
        versions();
        run.add(new DigestLine.State(ENTITY, List.of(M1), List.of(), 10, 1, 0, 0))
                .add(new DigestLine.Store(ENTITY, List.of(M1)))
                .add(new DigestLine.Index(ENTITY, List.of(M1)));

        assertThat(reconcile().differences())
                .containsExactly(new Difference(
                        "unexpected", "index", ENTITY, "m1", "expected none as in state, found version 1"));
    }

    @Test
    void takesAMissingDigestOfAnEntityAsEmpty() {
        versions();
        run.add(new DigestLine.State(ENTITY, List.of(M1), List.of(), 10, 1, 0, 0))
                .add(new DigestLine.Store("ent-2", List.of()))
                .add(new DigestLine.Index("ent-2", List.of()));

        assertThat(reconcile().differences())
                .extracting(Difference::kind, Difference::place, Difference::entityId, Difference::id)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("not_recorded", "state", "ent-2", null),
                        org.assertj.core.groups.Tuple.tuple("missing", "store", ENTITY, "m1"));
    }

    @Test
    void saysWhichPlacesWereNotRecorded() {
        Reconciliation reconciliation = reconcile();

        assertThat(reconciliation.state()).isNull();
        assertThat(reconciliation.differences())
                .extracting(difference -> difference.kind() + " " + difference.place())
                .containsExactly("not_recorded index", "not_recorded state", "not_recorded store");
    }

    @Test
    void findsEventsAndQueriesThatTheDatasetDoesNotHave() {
        run.event("e9", Urgency.NORMAL, 0, 5, 200, 1)
                .call(1, 200, "e9")
                .query(RecordedRun.query("q9", "unknown", 500).succeeds())
                .input(3, "dead_letter", "bad_id")
                .digests(List.of(), List.of(), 2);

        assertThat(reconcile().differences())
                .extracting(difference -> difference.kind() + ": " + difference.message())
                .containsExactly(
                        "lines_unexpected: expected lines for 0 queries of the dataset, found 1",
                        "lines_unexpected: expected lines for 1 events of the dataset, found 2");
    }

    @Test
    void findsEventsWithTwoOutcomesWithoutOneAndWithoutTheirCall() {
        run.lines.set(0, RecordedRun.run("r1", 2, 0));
        run.event("e1", Urgency.NORMAL, 0, 5, 200, 0)
                .event("e3", Urgency.NORMAL, 0, 5, 200, 7)
                .call(1, 300, "e2")
                .digests(List.of(), List.of(), 2);

        assertThat(reconcile().differences())
                .extracting(difference -> difference.kind() + " " + difference.id())
                .containsExactly("call_missing e3", "no_outcome e2", "repeated e1");
    }

    @Test
    void findsEventsStillPendingAndCallsNotWrittenDown() {
        run.add(new DigestLine.State(ENTITY, List.of(), List.of(), 0, 2, 4, 0))
                .add(new DigestLine.Store(ENTITY, List.of()))
                .add(new DigestLine.Index(ENTITY, List.of()));

        assertThat(reconcile().differences()).extracting(Difference::kind).containsExactly("calls_differ", "pending");
    }

    @Test
    void findsRepeatedCallsVersionsAndDigests() {
        run.call(0, 200, "e1")
                .version("m1", 1, 0, 300, RED, "e1")
                .version("m1", 1, 0, 300, RED, "e1")
                .digests(List.of(), List.of(), 2)
                .add(new DigestLine.Store(ENTITY, List.of()));

        assertThat(reconcile().differences())
                .extracting(difference -> difference.kind() + " " + difference.message())
                .containsExactly(
                        "repeated expected one call line, found another one",
                        "repeated expected one store_digest line, found another one",
                        "repeated expected one version line, found another one");
    }

    @Test
    void findsThatLinesOfTheDatasetAreMissing() {
        run.lines.set(0, RecordedRun.run("r1", 3, 1));
        run.input(4, "dead_letter", "malformed_json").digests(List.of(), List.of(), 1);

        assertThat(reconcile().differences())
                .containsExactly(new Difference(
                        "lines_missing",
                        "rollouts",
                        null,
                        null,
                        "expected lines for 4 events and queries of the dataset, found 2"));
    }

    @Test
    void findsTheLostLineOfAnIndexOperationThatACallAskedFor() {
        versions();
        asksFor("index_now", M1, M2);
        run.upsert("m2", 3, 1, 300, 350L).digests(List.of(M1, M2), List.of(), 2);
        run.add(deletion("m2", 3));

        assertThat(reconcile().differences())
                .containsExactly(new Difference(
                        "index_line_missing",
                        "rollouts",
                        ENTITY,
                        "m1",
                        "expected the index operation of version 1 that call 1 asked for, found no such line"));
    }

    @Test
    void findsTheLostLineOfOneOfTwoThatACallAskedFor() {
        versions();
        asksFor("delay_index", M1, M1);
        run.add(replaced("m1", 1)).digests(List.of(M1, M2), List.of(), 2);

        assertThat(reconcile().differences())
                .extracting(difference -> difference.kind() + " " + difference.id())
                .containsExactly("index_line_missing m1");
    }

    @Test
    void findsNothingWhereARequestWasTakenBackBeforeItWasSent() {
        versions();
        asksFor("delay_index", M1);
        run.add(replaced("m1", 1)).digests(List.of(M1, M2), List.of(), 2);

        assertThat(reconcile().differences()).isEmpty();
    }

    @Test
    void findsTheLostLineOfWhatStateSaysIsIndexed() {
        versions();
        run.upsert("m2", 2, 0, 200, 350L).digests(List.of(M1, M2), List.of(M2), 1);

        assertThat(reconcile().differences())
                .extracting(difference -> difference.kind() + " " + difference.message())
                .containsExactly("index_line_missing expected version 3 to have been written to the index,"
                        + " found no such line");
    }

    @Test
    void findsTheLostLineOfARemoval() {
        versions();
        run.upsert("m2", 3, 0, 200, 350L).digests(List.of(M1, M2), List.of(), 1);

        assertThat(reconcile().differences())
                .extracting(difference -> difference.kind() + " " + difference.id())
                .containsExactly("index_line_missing m2");
    }

    private void asksFor(String action, MemoryRef... memories) {
        List<ActionResult> results = new ArrayList<>();
        for (MemoryRef memory : memories) {
            results.add(new ActionResult(
                    1,
                    results.size(),
                    action,
                    true,
                    10,
                    0,
                    null,
                    Map.of("memory_id", memory.memoryId(), "version", Integer.toString(memory.version()))));
        }
        run.add(RecordedRun.callLine(1, 300, results, List.of("e1")));
    }

    private static IndexLine replaced(String memoryId, int version) {
        return line("upsert", memoryId, version, true);
    }

    private static IndexLine deletion(String memoryId, int version) {
        return line("delete", memoryId, version, false);
    }

    private static IndexLine line(String operation, String memoryId, int version, boolean superseded) {
        Instant at = RecordedRun.at(300);
        return new IndexLine(
                memoryId,
                version,
                ENTITY,
                1,
                operation,
                operation.equals("upsert") ? "delay_index" : "stale",
                300,
                false,
                at,
                at,
                null,
                null,
                superseded,
                null);
    }

    /** The lines of all versions of the two memories. */
    private void versions() {
        run.version("m1", 1, 0, 300, RED, "e1")
                .version("m2", 1, 0, 300, RED, "e1")
                .version("m2", 2, 0, 300, RED, "e1")
                .version("m2", 3, 0, 300, RED, "e1");
    }

    private Reconciliation reconcile() {
        return Reconciler.reconcile(run.rollouts());
    }
}

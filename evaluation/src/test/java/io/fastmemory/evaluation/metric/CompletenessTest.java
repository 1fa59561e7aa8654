package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class CompletenessTest {
    @Test
    void runThatHasWrittenEverythingMissesNothing() {
        assertThat(Completeness.missing(SmallRun.recorded("r1").rollouts(), false))
                .isNull();
    }

    @Test
    void missesALineOfTheDataset() {
        assertThat(missingWithout(line ->
                        line instanceof QueryLine query && query.queryId().equals("q5")))
                .isEqualTo("expected lines of 8 events and queries of the dataset, found 7");
        assertThat(missingWithout(line -> line instanceof InputLine)).contains("found 7");
    }

    @Test
    void drainedRunMayMissLinesButNotWhatItsEntitiesRemember() {
        assertThat(missingWithout(
                        line -> line instanceof QueryLine query
                                && query.queryId().equals("q5"),
                        true))
                .isEqualTo("null");
        assertThat(missingWithout(line -> line instanceof DigestLine.State, true))
                .isEqualTo("expected what the entities remember at the end, found nothing");
    }

    @Test
    void missesWhatAnEntityRemembers() {
        assertThat(missingWithout(line -> line instanceof DigestLine.State)).contains("found nothing");
    }

    @Test
    void missesACallThatStateCounted() {
        assertThat(missingWithout(line -> line instanceof CallLine call && call.callSeq() == 0))
                .startsWith("expected 2 calls of entity")
                .endsWith("found 1 and 0");
    }

    @Test
    void missesAnUpsertThatStateAskedFor() {
        assertThat(missingWithout(line -> line instanceof IndexLine index && index.version() == 2))
                .isEqualTo("memory m1: expected version 2 to have been written to the index, found no such line");
    }

    @Test
    void missesTheDeleteOfAVectorThatStateForgot() {
        RecordedRun run = SmallRun.recorded("r1").upsert("m9", 1, 0, 200, 300L);

        assertThat(Completeness.missing(run.rollouts(), false))
                .isEqualTo("memory m9: expected it to have been taken out of the index, found no such line");
    }

    private static String missingWithout(Predicate<RolloutLine> left) {
        return missingWithout(left, false);
    }

    private static String missingWithout(Predicate<RolloutLine> left, boolean drained) {
        RecordedRun run = new RecordedRun();
        SmallRun.lines("r1").stream().filter(left.negate()).forEach(run::add);
        return String.valueOf(Completeness.missing(run.rollouts(), drained));
    }
}

package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.connectors.index.AwaitedIndex;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.connectors.index.VectorIndexException.Reason;
import io.fastmemory.connectors.sqlite.StoreException;
import io.fastmemory.job.backend.LastingFaults;
import io.fastmemory.job.backend.StepBackends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which faults end a job without a restart, and which are waited for. */
class StepBackendsTest {
    @TempDir
    private Path directory;

    private final ServicesInProcess world = new ServicesInProcess();
    private final StepBackends backends = new StepBackends(world, false);

    @Test
    void missingVariableEndsTheJob() {
        world.storeFailure = new IllegalArgumentException("expected environment variable LLM_BASE_URL to be set");

        assertThatThrownBy(backends::openStore)
                .satisfies(failure -> assertThat(endsTheJob(failure)).isTrue())
                .hasRootCauseMessage("expected environment variable LLM_BASE_URL to be set");
    }

    @Test
    void storeOfAnotherProgramEndsTheJob() throws IOException {
        world.storePath = directory.resolve("memory.db");
        Files.writeString(
                world.storePath, "this is a letter, not a database, and long enough to be seen as one".repeat(9));

        assertThatThrownBy(backends::openStore)
                .satisfies(failure -> assertThat(endsTheJob(failure)).isTrue())
                .hasRootCauseInstanceOf(Exception.class)
                .cause()
                .isInstanceOf(StoreException.Permanent.class);
    }

    @Test
    void anythingElseIsRestarted() {
        world.storeFailure = new IllegalStateException("just now");

        assertThatThrownBy(backends::openStore).isSameAs(world.storeFailure);
        assertThat(endsTheJob(LastingFaults.marked(new CompletionException(world.storeFailure))))
                .isFalse();
    }

    @Test
    void indexThatIsAwayIsOpenedLater() {
        world.indexFailures.add(indexFailure(Reason.UNAVAILABLE));

        try (VectorIndex index = backends.openIndex(8)) {
            assertThat(index).isInstanceOf(AwaitedIndex.class);
            assertThat(index.listIds().join()).isEmpty();
        }
    }

    @Test
    void indexThatRefusesIsNotWaitedFor() {
        VectorIndexException refused = indexFailure(Reason.UNAUTHORIZED);
        world.indexFailures.add(refused);

        assertThatThrownBy(() -> backends.openIndex(8)).isSameAs(refused);
    }

    @Test
    void indexThatIsGoneEndsTheJobOfARunThatHasBegun() {
        assertThatThrownBy(() -> backends.reopenIndex(8))
                .satisfies(failure -> assertThat(endsTheJob(failure)).isTrue())
                .hasRootCauseMessage("the index is gone");
        assertThatThrownBy(() -> new StepBackends(world, true).openIndex(8))
                .satisfies(failure -> assertThat(endsTheJob(failure)).isTrue());
        backends.openIndex(8).close();
        new StepBackends(world, true).openIndex(8).close();
    }

    @Test
    void indexThatTurnsOutToBeGoneWhenItCanBeReachedEndsTheJob() {
        world.indexFailures.add(indexFailure(Reason.UNAVAILABLE));
        world.hasIndex = true;
        try (VectorIndex index = backends.reopenIndex(8)) {
            world.hasIndex = false;

            assertThatThrownBy(() -> index.listIds().join())
                    .satisfies(failure -> assertThat(endsTheJob(LastingFaults.marked(failure)))
                            .isTrue());
        }
    }

    private static VectorIndexException indexFailure(Reason reason) {
        return new VectorIndexException(reason, "just now", null);
    }

    private static boolean endsTheJob(Throwable failure) {
        return ThrowableClassifier.findThrowableOfThrowableType(failure, ThrowableType.NonRecoverableError)
                .isPresent();
    }
}

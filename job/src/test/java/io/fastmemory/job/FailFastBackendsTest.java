package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.connectors.sqlite.StoreException;
import io.fastmemory.job.backend.FailFastBackends;
import io.fastmemory.job.backend.LastingFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which faults end a job without a restart. */
class FailFastBackendsTest {
    @TempDir
    private Path directory;

    private final ServicesInProcess world = new ServicesInProcess();
    private final FailFastBackends backends = new FailFastBackends(world);

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

    private static boolean endsTheJob(Throwable failure) {
        return ThrowableClassifier.findThrowableOfThrowableType(failure, ThrowableType.NonRecoverableError)
                .isPresent();
    }
}

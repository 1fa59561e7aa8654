package io.fastmemory.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class NamedLocksTest {
    @TempDir
    private Path directory;

    private NamedLocks locks;

    @BeforeEach
    void opens() throws IOException {
        locks = new NamedLocks(directory.resolve("locks"));
    }

    @Test
    void aNameHasOneHolderAtATime() throws IOException {
        NamedLocks same = new NamedLocks(directory.resolve("locks"));
        try (NamedLocks.Claim held = locks.tryClaim("run").orElseThrow()) {
            assertThat(same.tryClaim("run")).isEmpty();
            assertThat(same.tryClaim("run")).as("trying must not free it").isEmpty();
            try (NamedLocks.Claim other = same.tryClaim("other").orElseThrow()) {
                assertThat(other).isNotNull();
            }
        }
        try (NamedLocks.Claim again = same.tryClaim("run").orElseThrow()) {
            assertThat(again).isNotNull();
        }
    }

    @Test
    void followsNoLinkInItsFolder() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        Files.createSymbolicLink(directory.resolve("locks/run.lock"), elsewhere);

        assertThatThrownBy(() -> locks.tryClaim("run")).isInstanceOf(IOException.class);

        assertThat(elsewhere).doesNotExist();
    }

    @Test
    void waitsUntilTheHolderIsDone() throws Exception {
        CompletableFuture<Boolean> waiting;
        try (NamedLocks.Claim held = locks.claim("run")) {
            waiting = CompletableFuture.supplyAsync(this::claimsAndFrees);
            assertThat(waiting).isNotDone();
        }

        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    }

    private boolean claimsAndFrees() {
        try (NamedLocks.Claim held = locks.claim("run")) {
            return held != null;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

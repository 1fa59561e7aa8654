package io.fastmemory.connectors.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A store on a file system of its own that really has no space left; needs the right to mount one. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class FullDiskTest {
    @TempDir
    Path directory;

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        disk = Files.createDirectory(directory.resolve("disk"));
        try {
            mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            mounted = false;
        }
        assumeTrue(mounted, "the right to mount a file system");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (mounted) {
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
        }
    }

    /** Leaves so many bytes free. */
    private Path fillUpTo(int free) throws IOException {
        Path filler = disk.resolve("filler");
        long left = Files.getFileStore(disk).getUsableSpace() - free;
        Files.write(filler, new byte[(int) Math.max(0, left)]);
        return filler;
    }

    @Test
    void failsForNowWhileTheDiskIsFullAndGoesOnWhenItIsNot() throws Exception {
        Path path = disk.resolve("store.db");
        long acknowledged = 0;
        try (SqliteFile file = SqliteFile.open(path, Clock.systemUTC())) {
            RawStore store = new RawStore(file);
            store.append(TestRows.event(0)).join();
            Path filler = fillUpTo(200_000);
            for (int i = 1; ; i++) {
                CompletableFuture<RawReceipt> receipt = store.append(TestRows.event(i));
                if (receipt.handle((done, failure) -> failure != null).join()) {
                    assertThatThrownBy(receipt::join)
                            .hasCauseInstanceOf(StoreException.Transient.class)
                            .hasMessageContaining("store.db")
                            .hasMessageContaining("its disk is full: free some space");
                    break;
                }
                acknowledged = i;
            }
            assertThat(acknowledged).isPositive();
            Files.delete(filler);
            List<CompletableFuture<RawReceipt>> again = new ArrayList<>();
            for (long i = acknowledged + 1; i < acknowledged + 500; i++) {
                again.add(store.append(TestRows.event((int) i)));
            }
            again.forEach(CompletableFuture::join);
            assertThat(store.count("run").join()).isEqualTo(acknowledged + 500);
        }
    }

    @Test
    void doesNotOpenForNowOnAFullDisk() throws Exception {
        Path path = disk.resolve("store.db");
        try (SqliteFile file = SqliteFile.open(path, Clock.systemUTC())) {
            new RawStore(file).append(TestRows.event(0)).join();
        }
        Path filler = fillUpTo(0);
        assertThatThrownBy(() -> {
                    try (SqliteFile file = SqliteFile.open(path, Clock.systemUTC())) {
                        new RawStore(file).append(TestRows.event(1)).join();
                    }
                })
                .satisfies(failure -> assertThat(failure instanceof StoreException ? failure : failure.getCause())
                        .isInstanceOf(StoreException.Transient.class)
                        .hasMessageContaining("store.db")
                        .hasMessageContaining("disk"));
        Files.delete(filler);
        try (SqliteFile file = SqliteFile.open(path, Clock.systemUTC())) {
            assertThat(new RawStore(file).append(TestRows.event(1)).join().outcome())
                    .isEqualTo(RawReceipt.Outcome.NEW);
        }
    }
}

package io.fastmemory.connectors.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Store files that processes share, and that are left by killed processes and by power cuts. */
@Timeout(300)
class SqliteProcessesTest {
    private static final int KILLS = 10;

    @TempDir
    Path directory;

    /** Ids in the complete lines of an appender's output. */
    private static List<String> ids(List<String> lines) {
        return lines.stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length == 3) // a kill may cut the last line
                .map(words -> words[0])
                .toList();
    }

    private static List<String> lines(ChildProcess child, int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(child.nextLine());
        }
        return lines;
    }

    private static Set<String> stored(SqliteFile file, String runId) {
        return file.<Set<String>>read(session -> {
                    Set<String> found = new HashSet<>();
                    try (var row = session.bind("SELECT event_id FROM raw_events WHERE run_id = ?", runId)
                            .executeQuery()) {
                        while (row.next()) {
                            found.add(row.getString(1));
                        }
                    }
                    return found;
                })
                .join();
    }

    private static String integrity(SqliteFile file) {
        return file.<String>read(session -> session.text("PRAGMA integrity_check"))
                .join();
    }

    @Test
    void nothingAcknowledgedIsLostOverTenKillsAtFullSpeed() throws Exception {
        Path path = directory.resolve("store.db");
        Set<String> acknowledged = new HashSet<>();
        for (int kill = 0; kill < KILLS; kill++) {
            try (ChildProcess child = ChildProcess.start(directory, "append", path)) {
                acknowledged.addAll(ids(lines(child, 150 + 60 * kill))); // in ever other places of a transaction
                child.kill();
                acknowledged.addAll(ids(child.remainingLines()));
            }
            try (SqliteFile file = SqliteFile.open(path, Clock.systemUTC())) {
                assertThat(integrity(file)).isEqualTo("ok");
                assertThat(stored(file, "run")).containsAll(acknowledged);
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(4_000);
    }

    @Test
    void twoProcessesAppendToOneFileAtOnce() throws Exception {
        Path path = directory.resolve("store.db");
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        try (ChildProcess one = ChildProcess.start(directory, "append", path, "one", Map.of());
                ChildProcess two = ChildProcess.start(directory, "append", path, "two", Map.of())) {
            for (int i = 0; i < 10; i++) { // each goes on while the other is under way
                first.addAll(lines(one, 300));
                second.addAll(lines(two, 300));
            }
            one.kill();
            two.kill();
            first.addAll(one.remainingLines());
            second.addAll(two.remainingLines());
        }
        try (SqliteFile file = SqliteFile.open(path, Clock.systemUTC())) {
            assertThat(integrity(file)).isEqualTo("ok");
            assertThat(stored(file, "one")).containsAll(ids(first));
            assertThat(stored(file, "two")).containsAll(ids(second));
        }
    }

    /**
     * A library before the C library copies each file whenever it is synced, and deletes what is gone whenever its folder is.
     * The copies are what a power cut leaves at worst: nothing that was written or deleted after.
     */
    private static final String KEEP_WHAT_IS_SYNCED = """
            #define _GNU_SOURCE
            #include <dirent.h>
            #include <dlfcn.h>
            #include <fcntl.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/stat.h>
            #include <unistd.h>

            static void forget_deleted(const char *folder, const char *synced) {
                DIR *copies = opendir(synced);
                for (struct dirent *entry; copies && (entry = readdir(copies));) {
                    char original[8500], copy[8500];
                    snprintf(original, sizeof original, "%s/%s", folder, entry->d_name);
                    snprintf(copy, sizeof copy, "%s/%s", synced, entry->d_name);
                    if (access(original, F_OK) != 0) unlink(copy);
                }
                if (copies) closedir(copies);
            }

            static void keep(int fd) {
                char link[64], path[4096], kept[8300], draft[8400], buffer[65536];
                snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
                ssize_t length = readlink(link, path, sizeof path - 1);
                const char *synced = getenv("SYNCED_FOLDER");
                if (length < 0 || !synced) return;
                path[length] = 0;
                struct stat about;
                if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
                    forget_deleted(path, synced);
                    return;
                }
                const char *name = strrchr(path, '/');
                if (!name || !strstr(name, "store.db")) return;
                snprintf(kept, sizeof kept, "%s%s", synced, name);
                snprintf(draft, sizeof draft, "%s.draft", kept);
                int in = open(path, O_RDONLY), out = open(draft, O_CREAT | O_TRUNC | O_WRONLY, 0600);
                for (ssize_t n; (n = read(in, buffer, sizeof buffer)) > 0;) if (write(out, buffer, n) != n) abort();
                close(out);
                close(in);
                rename(draft, kept);
            }

            int fdatasync(int fd) {
                int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
                int result = real(fd);
                if (result == 0) keep(fd);
                return result;
            }

            int fsync(int fd) {
                int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
                int result = real(fd);
                if (result == 0) keep(fd);
                return result;
            }
            """;

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsAcknowledgedSurvivesAPowerCutThatLosesAllThatWasNotSynced() throws Exception {
        Path library = compiled();
        Path synced = Files.createDirectory(directory.resolve("synced"));
        Path path = directory.resolve("store.db");
        Map<String, String> environment = Map.of("LD_PRELOAD", library.toString(), "SYNCED_FOLDER", synced.toString());
        Set<String> acknowledged = new HashSet<>();
        try (ChildProcess child = ChildProcess.start(directory, "append", path, "run", environment)) {
            acknowledged.addAll(ids(lines(child, 2_000)));
            child.kill();
            acknowledged.addAll(ids(child.remainingLines()));
        }
        assertThat(synced.resolve("store.db-wal")).exists();
        try (SqliteFile file = SqliteFile.open(synced.resolve("store.db"), Clock.systemUTC())) {
            assertThat(integrity(file)).isEqualTo("ok");
            assertThat(stored(file, "run")).containsAll(acknowledged);
        }
    }

    private Path compiled() throws IOException, InterruptedException {
        Path source = Files.writeString(directory.resolve("synced.c"), KEEP_WHAT_IS_SYNCED);
        Path library = directory.resolve("libsynced.so");
        int exit;
        try {
            exit = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException noCompiler) {
            exit = -1;
        }
        assumeTrue(exit == 0, "a C compiler");
        return library;
    }
}

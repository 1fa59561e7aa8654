package io.fastmemory.evaluation.suite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Names that one holder at a time can claim, among the threads and processes of a machine that use the same folder. The
 * operating system frees the claims of a process that dies.
 *
 * <p>The files stay: removing one would let two holders lock two files of the same name.
 */
public final class NamedLocks {
    private static final long PERIOD_MILLIS = 500;

    /** What this process holds; a second channel on a file that is closed would free the lock of the first. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;

    /** Locks in a folder, which is made if it is not there. */
    public NamedLocks(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
    }

    /** A claim on a name, until it is closed. */
    public static final class Claim implements AutoCloseable {
        private final Path file;
        private final FileChannel channel;

        private Claim(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        @Override
        public void close() throws IOException {
            try {
                channel.close(); // which frees the lock
            } finally {
                HELD.remove(file);
            }
        }
    }

    /** Claims a name, or nothing if another holds it. */
    public Optional<Claim> tryClaim(String name) throws IOException {
        Path file = folder.resolve(name + ".lock");
        if (!HELD.add(file)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean claimed = false;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            FileLock lock = channel.tryLock();
            claimed = lock != null;
            return claimed ? Optional.of(new Claim(file, channel)) : Optional.empty();
        } finally {
            if (!claimed) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(file);
            }
        }
    }

    /** Claims a name, waiting until nobody else holds it. */
    public Claim claim(String name) throws IOException, InterruptedException {
        Optional<Claim> claim = tryClaim(name);
        while (claim.isEmpty()) {
            await();
            claim = tryClaim(name);
        }
        return claim.get();
    }

    /** Waits a while, after which another holder may have freed a name. */
    public void await() throws InterruptedException {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(runnable -> {
            Thread thread = new Thread(runnable, "lock-wait");
            thread.setDaemon(true);
            return thread;
        });
        try {
            timer.schedule(() -> {}, PERIOD_MILLIS, TimeUnit.MILLISECONDS).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a timer that does nothing failed", e);
        } finally {
            timer.shutdownNow();
        }
    }
}

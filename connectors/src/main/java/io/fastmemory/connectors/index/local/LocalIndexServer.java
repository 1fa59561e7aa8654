package io.fastmemory.connectors.index.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Pinecone-compatible vector index server for one machine: the data plane over gRPC and HTTP and the HTTP control
 * plane that the official clients speak, exact search, and a log that survives a crash.
 *
 * <p>It scans every candidate vector of a namespace, which is quick up to some hundred thousand of them, and holds
 * all of them in memory. Sparse vectors, metrics other than cosine and records embedded by the service are not served.
 */
public final class LocalIndexServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalIndexServer.class);

    private final LocalIndexOptions options;
    private final RequestGate gate;
    private final TreeMap<String, ServedIndex> indexes = new TreeMap<>();
    private final @Nullable FileChannel directoryLock;
    private final ControlPlane controlPlane;

    private LocalIndexServer(LocalIndexOptions options) throws IOException {
        this.options = options;
        this.gate = new RequestGate(options.apiKey(), options.faults());
        this.directoryLock = options.directory() == null ? null : lock(options.directory());
        try {
            openIndexes();
            this.controlPlane = new ControlPlane(new Registry(), gate, options);
        } catch (IOException | RuntimeException e) {
            gate.close();
            closeIndexes();
            throw e;
        }
    }

    /**
     * Starts a server and replays what its directory holds.
     *
     * @throws IOException if a port is taken, the directory is in use by another server, or it cannot be read
     */
    public static LocalIndexServer start(LocalIndexOptions options) throws IOException {
        LocalIndexServer server = new LocalIndexServer(options);
        LOG.info(
                "local index server started control_plane={} indexes={} directory={}",
                server.controlPlaneUrl(),
                server.indexes.size(),
                options.directory());
        return server;
    }

    private static FileChannel lock(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel channel =
                FileChannel.open(directory.resolve("server.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            LOG.debug("directory is locked by this process directory={}", directory);
        }
        if (lock == null) {
            channel.close();
            throw new IOException("directory must be free, another index server uses it: " + directory);
        }
        return channel;
    }

    private void openIndexes() throws IOException {
        Path directory = options.directory();
        if (directory == null) {
            return;
        }
        List<Path> folders;
        try (Stream<Path> entries = Files.list(directory)) {
            folders = entries.filter(ServedIndex::isIn).sorted().toList();
        }
        for (Path folder : folders) {
            ServedIndex index = ServedIndex.open(folder, options, gate, nextPort());
            indexes.put(index.definition().name(), index);
            LOG.info(
                    "index opened name={} replayed_requests={} torn_bytes={}",
                    index.definition().name(),
                    index.replayedRequests(),
                    index.tornBytes());
        }
    }

    private int nextPort() {
        if (options.firstDataPort() == 0) {
            return 0;
        }
        List<Integer> taken = indexes.values().stream().map(ServedIndex::port).toList();
        int port = options.firstDataPort();
        while (taken.contains(port)) {
            port++;
        }
        return port;
    }

    /** Address of the control plane, to be given to the client as its host. */
    public String controlPlaneUrl() {
        return "http://" + options.advertisedHost() + ":" + controlPlane.port();
    }

    /** What the server has done since it started. */
    public LocalIndexCounters counters() {
        return gate.counters();
    }

    /** Bytes of torn log tails that were cut off at the start, over all indexes. */
    public synchronized long tornBytes() {
        return indexes.values().stream().mapToLong(ServedIndex::tornBytes).sum();
    }

    /** From now on fails requests like this, starting the sequence of faults anew. */
    public void inject(Faults faults) {
        gate.inject(faults);
    }

    /** How many requests are here that are delayed, or take effect late. */
    public int delayed() {
        return gate.waiting();
    }

    /** Lets requests that are delayed, or take effect late, go on now instead of at their time. */
    public void hurry() {
        gate.hurry();
    }

    /**
     * Goes away from the network: connections are refused and broken, as if the process were gone, but what is held stays.
     * What the clients had under way may or may not have taken effect.
     */
    public synchronized void stopListening() {
        controlPlane.stopListening();
        indexes.values().forEach(ServedIndex::stopListening);
        LOG.info("local index server stopped listening control_plane={}", controlPlaneUrl());
    }

    /**
     * Comes back at the same ports with what it holds, after {@link #stopListening()}.
     *
     * @throws IOException if another program has taken a port
     */
    public synchronized void listenAgain() throws IOException {
        for (ServedIndex index : indexes.values()) {
            index.listenAgain();
        }
        controlPlane.listenAgain();
        LOG.info("local index server listens again control_plane={}", controlPlaneUrl());
    }

    /** Stops serving; acknowledged writes are kept if there is a directory. */
    @Override
    public void close() throws IOException {
        controlPlane.close();
        gate.close();
        closeIndexes();
    }

    private synchronized void closeIndexes() throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (ServedIndex index : indexes.values()) {
            try {
                index.close();
            } catch (IOException e) {
                failures.add(e);
            }
        }
        indexes.clear();
        if (directoryLock != null) {
            directoryLock.close();
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    /** The indexes as the control plane sees them. */
    private final class Registry implements ControlPlane.Indexes {
        @Override
        public ServedIndex create(IndexDefinition definition) throws IOException, ControlPlane.Refusal {
            synchronized (LocalIndexServer.this) {
                if (indexes.containsKey(definition.name())) {
                    throw new ControlPlane.Refusal(
                            409, "ALREADY_EXISTS", "an index of this name exists: " + definition.name());
                }
                ServedIndex index = ServedIndex.create(definition, options, gate, nextPort());
                indexes.put(definition.name(), index);
                LOG.info("index created name={} dimension={}", definition.name(), definition.dimension());
                return index;
            }
        }

        @Override
        public ServedIndex get(String name) throws ControlPlane.Refusal {
            synchronized (LocalIndexServer.this) {
                ServedIndex index = indexes.get(name);
                if (index == null) {
                    throw new ControlPlane.Refusal(404, "NOT_FOUND", "no index of this name: " + name);
                }
                return index;
            }
        }

        @Override
        public void delete(String name) throws IOException, ControlPlane.Refusal {
            synchronized (LocalIndexServer.this) {
                ServedIndex index = get(name);
                if (index.definition().deletionProtection().equals("enabled")) {
                    throw new ControlPlane.Refusal(
                            403, "FORBIDDEN", "deletion protection is enabled for this index: " + name);
                }
                indexes.remove(name);
                index.destroy();
                LOG.info("index deleted name={}", name);
            }
        }

        @Override
        public List<ServedIndex> all() {
            synchronized (LocalIndexServer.this) {
                return List.copyOf(indexes.values());
            }
        }
    }
}

package io.fastmemory.connectors.index.local;

import io.fastmemory.model.Json;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.pinecone.proto.DeleteRequest;
import io.pinecone.proto.RequestUnion;
import io.pinecone.proto.UpsertRequest;
import io.pinecone.proto.Vector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One index: its namespaces, its log and the port it is served on, over gRPC and HTTP alike. One thread takes the waiting writes, logs them as
 * a group, acknowledges them and makes them visible, so that log order, acknowledgement order and visibility order
 * are the same.
 */
final class ServedIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServedIndex.class);
    private static final String DEFINITION_FILE = "index.json";
    private static final String LOG_FILE = "requests.log";
    private static final int MAX_GROUP = 256;
    /** Above the documented limits, so that breaking one is answered with its name. */
    private static final int MAX_REQUEST_BYTES = 64_000_000;

    /** A smaller log is replayed in no time. */
    private static final int MIN_REWRITE_BYTES = 64 * 1024;

    private static final int REWRITTEN_VECTORS = 100;
    private static final int FOREVER_DAYS = 36_500;

    private record PendingWrite(RequestUnion request, CompletableFuture<Void> done) {}

    private static final PendingWrite END =
            new PendingWrite(RequestUnion.getDefaultInstance(), new CompletableFuture<>());

    private final IndexDefinition definition;
    private final @Nullable Path folder;
    private final @Nullable RequestLog log;
    private final Duration visibilityDelay;
    private final NavigableMap<String, Namespace> visible = new ConcurrentSkipListMap<>();
    /** Namespaces as the acknowledged writes leave them, which visibility may not have reached. */
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    private final BlockingQueue<PendingWrite> writes = new LinkedBlockingQueue<>();
    private final Thread writer;
    private final ScheduledExecutorService visibility;
    private final ExecutorService handlers;
    private final VectorService service;
    private final LocalIndexOptions options;
    private final RequestGate gate;
    private final int port;
    private volatile Server server;
    private boolean closed;

    /** Creates a new index, in a folder of its own below {@code directory} if that is given. */
    static ServedIndex create(IndexDefinition definition, LocalIndexOptions options, RequestGate gate, int port)
            throws IOException {
        Path directory = options.directory();
        Path folder = directory == null ? null : directory.resolve(definition.name());
        if (folder != null) {
            Files.createDirectories(folder);
            Files.deleteIfExists(folder.resolve(LOG_FILE)); // of a deleted index whose removal was interrupted
            Path draft = folder.resolve(DEFINITION_FILE + ".draft");
            Files.writeString(draft, Json.write(definition));
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(draft, folder.resolve(DEFINITION_FILE), StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            return new ServedIndex(definition, folder, options, gate, port);
        } catch (IOException e) {
            if (folder != null) {
                Files.deleteIfExists(folder.resolve(DEFINITION_FILE));
            }
            throw e;
        }
    }

    /** Whether a folder holds an index. */
    static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(DEFINITION_FILE));
    }

    /** Opens an index from its folder and replays its log. */
    static ServedIndex open(Path folder, LocalIndexOptions options, RequestGate gate, int port) throws IOException {
        IndexDefinition definition =
                Json.read(Files.readString(folder.resolve(DEFINITION_FILE)), IndexDefinition.class);
        return new ServedIndex(definition, folder, options, gate, port);
    }

    private ServedIndex(
            IndexDefinition definition, @Nullable Path folder, LocalIndexOptions options, RequestGate gate, int port)
            throws IOException {
        this.definition = definition;
        this.folder = folder;
        this.visibilityDelay = options.visibilityDelay();
        this.log = folder == null ? null : openLog(folder.resolve(LOG_FILE));
        this.visibility = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "visibility"));
        this.handlers = Executors.newFixedThreadPool(
                Math.max(2, Runtime.getRuntime().availableProcessors()), task -> daemon(task, "requests"));
        this.writer = daemon(this::writeGroups, "writes");
        this.service = new VectorService(this, gate);
        this.options = options;
        this.gate = gate;
        try {
            this.server = listen(port);
            this.port = server.getPort();
        } catch (IOException e) {
            handlers.shutdown();
            visibility.shutdown();
            if (log != null) {
                log.close();
            }
            throw e;
        }
        writer.start();
    }

    private Server listen(int onPort) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(options.bindAddress(), onPort))
                .protocolNegotiator(new SharedPort(new HttpDataPlane(service, gate, handlers), MAX_REQUEST_BYTES))
                .handshakeTimeout(FOREVER_DAYS, TimeUnit.DAYS) // to gRPC an HTTP/1.1 connection never gets past it
                .executor(handlers)
                .maxInboundMessageSize(MAX_REQUEST_BYTES)
                .intercept(gate)
                .addService(service)
                .build()
                .start();
    }

    /** Refuses connections and breaks those there are; what is held stays, and writes that were taken are made. */
    void stopListening() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes connections at the same port again, after {@link #stopListening()}. */
    void listenAgain() throws IOException {
        server = listen(port);
    }

    /** Replays the log; when more than half of it has been overwritten or deleted since, writes it anew. */
    private RequestLog openLog(Path file) throws IOException {
        RequestLog opened = RequestLog.open(file, this::replay);
        try {
            List<List<RequestUnion>> live = liveRequests();
            long liveBytes = live.stream()
                    .mapToLong(group -> group.get(0).getSerializedSize())
                    .sum();
            return opened.bytes() > MIN_REWRITE_BYTES && opened.bytes() > 2 * liveBytes
                    ? opened.rewrite(file, live)
                    : opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Upserts that lead to what is visible now, one a group. */
    private List<List<RequestUnion>> liveRequests() {
        List<List<RequestUnion>> live = new ArrayList<>();
        visible.forEach((name, namespace) -> {
            UpsertRequest.Builder upsert = UpsertRequest.newBuilder().setNamespace(name);
            for (Vector vector : namespace.all()) {
                upsert.addVectors(vector);
                if (upsert.getVectorsCount() == REWRITTEN_VECTORS) {
                    live.add(List.of(logged(upsert)));
                    upsert.clearVectors();
                }
            }
            live.add(List.of(logged(upsert))); // an empty one too: it keeps an empty namespace
        });
        return live;
    }

    private static RequestUnion logged(UpsertRequest.Builder upsert) {
        return RequestUnion.newBuilder().setUpsert(upsert.build()).build();
    }

    private Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, "local-index-" + definition.name() + "-" + name);
        thread.setDaemon(true);
        return thread;
    }

    IndexDefinition definition() {
        return definition;
    }

    int port() {
        return port;
    }

    /** Requests replayed when the index was opened. */
    long replayedRequests() {
        return log == null ? 0 : log.replayedRequests();
    }

    /** Bytes cut off the log when the index was opened. */
    long tornBytes() {
        return log == null ? 0 : log.tornBytes();
    }

    /** The visible namespaces by name, in order. */
    NavigableMap<String, Namespace> namespaces() {
        return visible;
    }

    /** What is visible in a namespace; an empty one if there is none of that name. */
    Namespace namespace(String name) {
        Namespace namespace = visible.get(canonical(name));
        return namespace == null ? new Namespace(definition.dimension()) : namespace;
    }

    /** Whether an acknowledged write has made this namespace. */
    boolean hasNamespace(String name) {
        return acknowledged.contains(canonical(name));
    }

    /** The default namespace has two names. */
    private static String canonical(String namespace) {
        return namespace.equals("__default__") ? "" : namespace;
    }

    /** Takes a write; the future is done when it is on the disk and on its way to being visible. */
    CompletableFuture<Void> write(RequestUnion request) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (writes) {
            if (closed) {
                done.completeExceptionally(new IOException("the index is closed: " + definition.name()));
                return done;
            }
            writes.add(new PendingWrite(request, done));
        }
        return done;
    }

    private void writeGroups() {
        List<PendingWrite> group = new ArrayList<>();
        while (true) {
            try {
                group.add(writes.take());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            writes.drainTo(group, MAX_GROUP - 1);
            boolean last = group.remove(END);
            try {
                writeGroup(group);
            } catch (RuntimeException e) {
                LOG.error("write failed after it was logged index={}", definition.name(), e);
                group.forEach(write -> write.done().completeExceptionally(e));
            }
            group.clear();
            if (last) {
                return;
            }
        }
    }

    private void writeGroup(List<PendingWrite> group) {
        if (log != null && !group.isEmpty()) {
            try {
                log.append(group.stream().map(PendingWrite::request).toList());
            } catch (IOException e) {
                group.forEach(write -> write.done().completeExceptionally(e));
                return;
            }
        }
        for (PendingWrite write : group) {
            recordNamespace(write.request());
            if (visibilityDelay.isZero()) {
                apply(write.request());
            } else {
                visibility.schedule(() -> apply(write.request()), visibilityDelay.toNanos(), TimeUnit.NANOSECONDS);
            }
            write.done().complete(null);
        }
    }

    private void replay(RequestUnion request) {
        recordNamespace(request);
        apply(request);
    }

    private void recordNamespace(RequestUnion request) {
        if (request.hasUpsert()) {
            acknowledged.add(canonical(request.getUpsert().getNamespace()));
        } else if (request.hasDelete() && request.getDelete().getDeleteAll()) {
            acknowledged.remove(canonical(request.getDelete().getNamespace()));
        }
    }

    private void apply(RequestUnion request) {
        switch (request.getRequestUnionInnerCase()) {
            case UPSERT:
                visible.computeIfAbsent(
                                canonical(request.getUpsert().getNamespace()),
                                name -> new Namespace(definition.dimension()))
                        .upsert(request.getUpsert().getVectorsList());
                break;
            case UPDATE:
                namespace(request.getUpdate().getNamespace()).update(request.getUpdate());
                break;
            case DELETE:
                DeleteRequest delete = request.getDelete();
                if (delete.getDeleteAll()) {
                    visible.remove(canonical(delete.getNamespace()));
                } else if (delete.hasFilter()) {
                    namespace(delete.getNamespace()).deleteMatching(MetadataFilter.parse(delete.getFilter()));
                } else {
                    namespace(delete.getNamespace()).delete(delete.getIdsList());
                }
                break;
            case REQUESTUNIONINNER_NOT_SET:
                throw new IllegalStateException("a logged request must be an upsert, an update or a delete");
        }
    }

    /** Stops serving and waits for the writes taken so far. */
    @Override
    public void close() throws IOException {
        synchronized (writes) {
            if (closed) {
                return;
            }
            closed = true;
            writes.add(END);
        }
        server.shutdown();
        try {
            writer.join();
            if (!server.awaitTermination(200, TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.shutdownNow();
        }
        visibility.shutdownNow();
        handlers.shutdown();
        if (log != null) {
            log.close();
        }
    }

    /** Closes the index and removes its folder. */
    void destroy() throws IOException {
        close();
        if (folder != null) {
            Files.deleteIfExists(folder.resolve(DEFINITION_FILE)); // first: without it the folder is no index
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Records per visible namespace. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new ConcurrentSkipListMap<>();
        visible.forEach((name, namespace) -> counts.put(name, namespace.size()));
        return counts;
    }
}

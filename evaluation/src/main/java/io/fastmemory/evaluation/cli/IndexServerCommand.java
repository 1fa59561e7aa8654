package io.fastmemory.evaluation.cli;

import io.fastmemory.connectors.index.local.Fault;
import io.fastmemory.connectors.index.local.Faults;
import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fmw index-server}: the Pinecone-compatible vector index on its own. */
@Command(
        name = "index-server",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Starts a Pinecone-compatible vector index (gRPC data plane, REST control plane) until stopped."
                + " With INDEX_SERVER_API_KEY set, every request must bring that key.")
final class IndexServerCommand implements Callable<Integer> {
    @Option(names = "--port", defaultValue = "5080", description = "Control plane (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--data-port", defaultValue = "5081", description = "First index (default: ${DEFAULT-VALUE}).")
    private int dataPort;

    @Mixin
    private Listening listening;

    @Option(names = "--host", description = "Host name that clients are told (default: localhost).")
    private @Nullable String host;

    @Option(names = "--dir", paramLabel = "DIR", description = "Keep indexes here (default: in memory only).")
    private @Nullable Path dir;

    @Option(names = "--visibility-delay-ms", defaultValue = "0", description = "Writes become visible so much later.")
    private long visibilityDelayMs;

    @Option(
            names = "--fault",
            paramLabel = "KIND=SHARE",
            description = "Share of requests that fail on purpose, from 0 to 1; may be given several times. KIND:"
                    + " unavailable, resource-exhausted, hang, lost-answer, partial, late-effect.")
    private Map<Fault, Double> faults = new EnumMap<>(Fault.class);

    @Option(names = "--latency-ms", defaultValue = "0", description = "Every request waits so long.")
    private long latencyMs;

    @Option(
            names = "--late-by-ms",
            defaultValue = "2000",
            description = "A late-effect comes so long after its request (default: ${DEFAULT-VALUE}).")
    private long lateByMs;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the faults.")
    private long seed;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    IndexServerCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        String key = Listening.key("INDEX_SERVER_API_KEY");
        LocalIndexOptions options = LocalIndexOptions.inMemory()
                .withAddress(listening.address("INDEX_SERVER_API_KEY", key), host == null ? "localhost" : host)
                .withPorts(port, dataPort)
                .withVisibilityDelay(Duration.ofMillis(visibilityDelayMs))
                .withFaults(new Faults(faults, Duration.ofMillis(latencyMs), Duration.ofMillis(lateByMs), seed));
        options = dir == null ? options : options.withDirectory(dir);
        options = key == null ? options : options.withApiKey(key);
        try (LocalIndexServer server = LocalIndexServer.start(options)) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("index server: " + server.controlPlaneUrl() + " (Ctrl-C stops it)");
            out.flush();
            new CountDownLatch(1).await();
        }
        return 0;
    }
}

package io.fastmemory.evaluation.cli;

import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.Latency;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fmw llm-stub}: the OpenAI-compatible stand-in server on its own. */
@Command(
        name = "llm-stub",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Starts an OpenAI-compatible stand-in (chat and embeddings) with settable latency and faults, until"
                        + " stopped. With LLM_STUB_API_KEY set, every request must bring that key.")
final class LlmStubCommand implements Callable<Integer> {
    @Option(names = "--port", defaultValue = "5090", description = "Port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Mixin
    private Listening listening;

    @Option(
            names = "--latency",
            defaultValue = "300ms",
            description = "Fixed (300ms) or log-normal (300ms~0.5: median and sigma); default: ${DEFAULT-VALUE}.")
    private String latency;

    @Option(
            names = "--fault",
            paramLabel = "KIND=SHARE",
            description = {
                "Share of chat requests, 0 to 1, that meet a fault; may be repeated, together at most 1. Kinds:",
                "statuses: rate-limited, rate-limited-with-wait, server-error, unavailable, unauthorized;",
                "transport: hang, disconnect, drip, huge-body, truncated-body, truncated-chunk;",
                "text: bad-json, prose, empty-text, trailing-garbage, wrong-root, unknown-action, missing-field,"
                        + " wrong-types, not-a-number, duplicate-key, lone-surrogate, foreign-memory, foreign-source,"
                        + " empty-content, negative-delay, refusal-text;",
                "refusals: refusal-field, cut-by-length, content-filter."
            })
    private Map<String, Double> faults = new LinkedHashMap<>();

    @Option(names = "--seed", defaultValue = "1", description = "Seed of latencies and faults.")
    private long seed;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    LlmStubCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        String key = Listening.key("LLM_STUB_API_KEY");
        StubOptions options = StubOptions.defaults()
                .withAddress(listening.address("LLM_STUB_API_KEY", key), port)
                .withLatency(Latency.parse(latency))
                .withSeed(seed)
                .withRequiredKey(key)
                .withFaultRates(faultRates());
        try (LlmStubServer server = LlmStubServer.start(options, new NaiveModel())) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("llm stub: LLM_BASE_URL=" + server.baseUrl() + " LLM_MODEL=" + LlmStubServer.MODEL
                    + " (mock; Ctrl-C stops it)");
            out.flush();
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private Map<Fault, Double> faultRates() {
        Map<Fault, Double> rates = new EnumMap<>(Fault.class);
        try {
            faults.forEach((kind, share) -> rates.put(Fault.parse(kind), share));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--fault: " + e.getMessage(), e);
        }
        return rates;
    }
}

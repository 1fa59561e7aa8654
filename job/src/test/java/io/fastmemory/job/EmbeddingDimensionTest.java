package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.llm.LlmException;
import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.job.backend.Backends;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Steps open while the embedding endpoint is away, as whoever submitted the job has asked it for the length of its vectors. */
@Timeout(120)
class EmbeddingDimensionTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path directory;

    private final Map<String, String> options = new HashMap<>();

    private JobConfig config(Configuration learnt) {
        Configuration all = Configuration.fromMap(options);
        all.addAll(learnt);
        return JobConfig.from(all, NOW);
    }

    private Preflight.Findings look() throws Exception {
        JobConfig config = config(new Configuration());
        return new Preflight(config, new ConfiguredBackends(config, CLOCK)).check();
    }

    private Backends backends(Preflight.Findings findings) {
        return new ConfiguredBackends(config(findings.learnt()), CLOCK);
    }

    private void use(LlmStubServer stub, LocalIndexServer index) {
        options.put("fmw.run.id", "r1");
        options.put("fmw.output.path", directory.resolve("out").toString());
        options.put(
                "fmw.source.dataset", Path.of("..", "docs", "examples", "tiny").toString());
        options.put("fmw.index.control-plane-url", index.controlPlaneUrl());
        options.put("fmw.policy.type", "none");
        options.put("fmw.reader.type", "oracle");
        options.put("fmw.embedding.type", "openai");
        options.put("fmw.embedding.base-url", stub.baseUrl());
        options.put("fmw.embedding.model", "any");
    }

    @Test
    void isAskedForWhereTheJobIsSubmitted() throws Exception {
        Backends backends;
        try (LlmStubServer stub = LlmStubServer.start(StubOptions.defaults(), new NaiveModel());
                LocalIndexServer index = LocalIndexServer.start(LocalIndexOptions.inMemory())) {
            use(stub, index);
            Preflight.Findings findings = look();
            assertThat(findings.embeddingDimension()).isPositive();
            backends = backends(findings);
            stub.failNextEmbeddings(Fault.UNAUTHORIZED);
            try (EmbeddingClient embeddings = backends.openEmbeddings()) {
                assertThat(embeddings.dimension()).isEqualTo(findings.embeddingDimension());
            }
        }
        try (EmbeddingClient embeddings = backends.openEmbeddings()) { // nobody listens any more
            assertThat(embeddings.dimension()).isPositive();
        }
    }

    @Test
    void isAskedForByTheStepsIfNobodyLooksBefore() throws Exception {
        try (LlmStubServer stub = LlmStubServer.start(StubOptions.defaults(), new NaiveModel());
                LocalIndexServer index = LocalIndexServer.start(LocalIndexOptions.inMemory())) {
            use(stub, index);
            options.put("fmw.run.preflight", "false");
            Preflight.Findings findings = look();
            assertThat(findings.learnt().toMap()).isEmpty();
            try (EmbeddingClient embeddings = backends(findings).openEmbeddings()) {
                assertThat(embeddings.dimension()).isPositive();
            }
            stub.failNextEmbeddings(Fault.UNAUTHORIZED);
            try (EmbeddingClient embeddings = backends(findings).openEmbeddings()) {
                assertThatThrownBy(embeddings::dimension).isInstanceOf(LlmException.class);
            }
        }
    }

    @Test
    void isNotRecordedForWhatEmbedsInThisProcess() throws Exception {
        try (LlmStubServer stub = LlmStubServer.start(StubOptions.defaults(), new NaiveModel());
                LocalIndexServer index = LocalIndexServer.start(LocalIndexOptions.inMemory())) {
            use(stub, index);
            options.put("fmw.embedding.type", "hashed");

            assertThat(look().learnt().toMap()).isEmpty();
        }
    }
}

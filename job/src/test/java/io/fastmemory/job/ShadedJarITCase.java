package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.model.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shaded jar on a cluster that has nothing but Flink on its class path, submitted as {@code flink run} does. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ShadedJarITCase {
    private static final Path JAR = Path.of("target", "fast-memory-write-job.jar");
    private static final Path DATASET = Path.of("..", "docs", "examples", "tiny");
    private static final String KEY = "sk-of-the-task-managers";
    /** Everything a distribution of Flink has, as folders of a Maven repository, and what of Flink it has not. */
    private static final List<String> IN_DISTRIBUTION = List.of(
            "/org/apache/flink/",
            "/org/apache/logging/log4j/",
            "/org/apache/commons/",
            "/org/slf4j/",
            "/org/snakeyaml/",
            "/org/objenesis/",
            "/org/roaringbitmap/",
            "/org/javassist/",
            "/org/xerial/snappy/",
            "/at/yawk/lz4/",
            "/com/esotericsoftware/",
            "/commons-");

    private static final List<String> NOT_IN_DISTRIBUTION =
            List.of("/flink-connector-files/", "/flink-metrics-dropwizard/", "/flink-test-utils", "-tests.jar");

    @TempDir
    private Path directory;

    private Path output;

    @BeforeEach
    void chooseOutput() {
        output = directory.resolve("run");
    }

    @Test
    void runsInAClassLoaderOfItsOwn() throws Exception {
        runsTheDataset(Deployment.SUBMITTED, "hashed");
    }

    @Test
    void runsFromTheFolderOfTheCluster() throws Exception {
        runsTheDataset(Deployment.IN_LIB, "onnx");
    }

    private void runsTheDataset(Deployment deployment, String embedding) throws Exception {
        try (LlmStubServer llm = LlmStubServer.start(StubOptions.defaults().withRequiredKey(KEY), new NaiveModel());
                LocalIndexServer index = LocalIndexServer.start(LocalIndexOptions.inMemory())) {
            Submission submission = submit(
                    deployment,
                    Map.of("LLM_BASE_URL", llm.baseUrl(), "LLM_MODEL", LlmStubServer.MODEL, "LLM_STUB_API_KEY", KEY),
                    "--fmw.run.id=shaded",
                    "--fmw.output.path=" + output,
                    "--fmw.source.dataset=" + DATASET.toRealPath(),
                    "--fmw.source.speed",
                    "20x",
                    "--fmw.run.start-delay=3s",
                    "--fmw.embedding.type=" + embedding,
                    "--fmw.llm.client=stub",
                    "--fmw.index.control-plane-url=" + index.controlPlaneUrl());

            assertThat(submission.exit()).as(submission.printed()).isZero();
            assertThat(submission.printed()).doesNotContain(KEY);
            assertThat(llm.stats().chatRequests()).isPositive();
            assertThat(llm.stats().refused()).isZero();
        }
        List<JsonNode> lines = rollouts();
        assertThat(idsOf(lines, "event", "event_id"))
                .containsExactlyInAnyOrder("e-1", "e-2", "e-3", "e-4", "e-5", "e-6", "e-7");
        assertThat(lines.stream()
                        .filter(line -> line.path("kind").asText().equals("event"))
                        .map(line -> line.path("outcome").asText()))
                .containsOnly("decided");
        assertThat(idsOf(lines, "query", "query_id")).containsExactlyInAnyOrder("q-1", "q-2", "q-3");
        assertThat(idsOf(lines, "index", "memory_id")).isNotEmpty();
        JsonNode run = Json.MAPPER.readTree(Files.readString(output.resolve("parts/run.jsonl")));
        assertThat(run.path("run_id").asText()).isEqualTo("shaded");
        assertThat(output.resolve("memory.db")).exists();
        assertThat(output.resolve("parts/end.jsonl")).content().contains("\"run_id\":\"shaded\"");
        assertThat(output.resolve("parts/digests.jsonl")).content().contains("\"kind\":\"index_digest\"");
    }

    @Test
    void namesTheOptionThatIsMissing() throws Exception {
        Submission submission = submit(Deployment.SUBMITTED, Map.of(), "--fmw.output.path=" + output);

        assertThat(submission.exit()).isEqualTo(1);
        assertThat(submission.printed()).contains("expected option fmw.source.dataset to be set");
        assertThat(output).doesNotExist();
    }

    @Test
    void namesTheArgumentThatIsWrong() {
        assertThatThrownBy(() -> MemoryWriteJob.main(new String[] {"--fwm.source.speed=20x"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown option --fwm.source.speed");
        assertThatThrownBy(() -> MemoryWriteJob.main(new String[] {"--fmw.source.spead=20x"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown option fmw.source.spead");
        assertThatThrownBy(() -> MemoryWriteJob.main(new String[] {"--fmw.source.dataset"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a value behind option --fmw.source.dataset");
    }

    @Test
    void holdsNeitherTheClustersClassesNorSignatures() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
                    .isEqualTo(MemoryWriteJob.class.getName());
            assertThat(jar.stream().map(entry -> entry.getName()))
                    .contains(
                            "org/apache/flink/connector/file/src/FileSource.class",
                            "org/apache/flink/dropwizard/metrics/DropwizardHistogramWrapper.class",
                            "META-INF/services/io.grpc.ManagedChannelProvider",
                            "META-INF/services/java.sql.Driver")
                    .noneMatch(name -> name.startsWith("org/apache/flink/runtime/")
                            || name.startsWith("org/apache/flink/streaming/api/datastream/")
                            || name.startsWith("org/apache/logging/")
                            || name.startsWith("org/slf4j/")
                            || name.startsWith("org/rocksdb/")
                            || name.endsWith("module-info.class")
                            || name.matches("META-INF/[^/]*\\.(SF|DSA|RSA)"));
        }
    }

    private List<JsonNode> rollouts() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(output.resolve("parts/raw_rollouts"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("part-"))
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    lines.add(Json.MAPPER.readTree(line));
                }
            }
        }
        return lines;
    }

    private static List<String> idsOf(List<JsonNode> lines, String kind, String field) {
        return lines.stream()
                .filter(line -> line.path("kind").asText().equals(kind))
                .map(line -> line.path(field).asText())
                .toList();
    }

    /**
     * Where the job's classes come from: the submitted jar alone, or the jar in the cluster's {@code lib/}. Two
     * TaskManagers of one JVM can share a store file only in the second way; usually each has a JVM of its own.
     */
    private enum Deployment {
        SUBMITTED("1", "child-first"),
        IN_LIB("2", "parent-first");

        private final String taskManagers;
        private final String resolveOrder;

        Deployment(String taskManagers, String resolveOrder) {
            this.taskManagers = taskManagers;
            this.resolveOrder = resolveOrder;
        }
    }

    /** How a submission ended, and what cluster and client printed. */
    private record Submission(int exit, String printed) {}

    /** Runs a cluster in another JVM, whose environment is what a TaskManager's would be, and submits the jar to it. */
    private Submission submit(Deployment deployment, Map<String, String> environment, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                distribution() + (deployment == Deployment.IN_LIB ? File.pathSeparator + JAR.toRealPath() : ""),
                ShadedJarITCaseCluster.class.getName(),
                deployment.taskManagers,
                deployment.resolveOrder,
                JAR.toRealPath().toString()));
        command.addAll(List.of(arguments));
        Path log = directory.resolve("printed.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(LLM|EMBEDDING|PINECONE)_.*"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("the job ends: %s", log)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Submission(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    }

    /** The part of this class path that a cluster would have, and this module's tests for the cluster's main class. */
    private static String distribution() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String path = entry.replace('\\', '/');
            boolean has = IN_DISTRIBUTION.stream().anyMatch(path::contains)
                    && NOT_IN_DISTRIBUTION.stream().noneMatch(path::contains);
            if (has || path.endsWith("/target/test-classes") || path.endsWith("/target/test-classes/")) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }
}

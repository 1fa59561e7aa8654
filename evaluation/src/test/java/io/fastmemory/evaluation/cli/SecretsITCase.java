package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.fastmemory.connectors.index.local.LocalIndexOptions;
import io.fastmemory.connectors.index.local.LocalIndexServer;
import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys given in the environment are used, and are found nowhere afterwards. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SecretsITCase {
    private static final String MARKER = "fmwMarkerKey";
    private static final String LLM_KEY = "sk-" + MARKER + "-llm-5e1f0c";
    private static final String EMBEDDING_KEY = "sk-" + MARKER + "-embedding-93ab77";
    private static final String PINECONE_KEY = "pcsk_" + MARKER + "-pinecone-c04d21";
    private static final Path DATASET = Path.of("..", "docs", "examples", "tiny");
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void keysAreInNoFileNoOutputAndNoPageOfARun() throws Exception {
        StubOptions faulty = StubOptions.defaults()
                .withFaultRates(Map.of(Fault.SERVER_ERROR, 0.1, Fault.RATE_LIMITED, 0.1, Fault.BAD_JSON, 0.1));
        Path runDir = directory.resolve("results").resolve("marked");
        Map<String, String> pages;
        String printed;
        LocalIndexOptions indexOptions = LocalIndexOptions.inMemory()
                .withDirectory(directory.resolve("index"))
                .withApiKey(PINECONE_KEY);
        try (LocalIndexServer index = LocalIndexServer.start(indexOptions);
                LlmStubServer llm = LlmStubServer.start(faulty.withRequiredKey(LLM_KEY), new NaiveModel());
                LlmStubServer embeddings =
                        LlmStubServer.start(StubOptions.defaults().withRequiredKey(EMBEDDING_KEY), new NaiveModel());
                FmwProcess fmw = FmwProcess.start(
                        directory,
                        environment(llm.baseUrl(), embeddings.baseUrl()),
                        "run",
                        "--dataset=" + DATASET.toRealPath(),
                        "--llm=openai",
                        "--index=pinecone",
                        "--option=fmw.index.control-plane-url=" + index.controlPlaneUrl(),
                        "--speed=0.2x", // long enough for the pages to be asked for on a busy machine
                        "--out=" + runDir,
                        "--option=fmw.embedding.type=openai",
                        "--option=fmw.run.start-delay=3s",
                        "--option=execution.checkpointing.interval=500ms",
                        "--option=execution.checkpointing.externalized-checkpoint-retention=RETAIN_ON_CANCELLATION")) {
            pages = pagesOf(fmw.webUi(DEADLINE));
            Path savepoint = savepoint(fmw.webUi(DEADLINE), directory.resolve("savepoints"));
            assertThat(savepoint.resolve("_metadata")).isNotEmptyFile();
            assertThat(fmw.commandLine()).contains(Fmw.class.getName()).doesNotContain(MARKER);
            assertNoMarkerIn(directory);
            assertThat(fmw.exitCode(DEADLINE)).as(fmw.printed()).isZero();
            printed = fmw.printed();

            assertThat(llm.stats().chatRequests()).isPositive();
            assertThat(llm.stats().refused()).isZero();
            assertThat(embeddings.stats().embeddedTexts()).isPositive();
            assertThat(embeddings.stats().refused()).isZero();
            assertThat(index.counters().upsertedVectors()).isPositive();
            assertThat(index.counters().refused()).isZero();
        }
        assertThat(printed).contains("marked on tiny").doesNotContain(MARKER);
        assertThat(pages)
                .allSatisfy(
                        (path, text) -> assertThat(text).as(path).isNotEmpty().doesNotContain(MARKER));
        assertThat(runDir.resolve("run.log")).isNotEmptyFile();
        assertThat(runDir.resolve("memory.db")).isNotEmptyFile();
        assertThat(runDir.resolve("raw_rollouts.jsonl")).isNotEmptyFile();
        assertNoMarkerIn(directory);
    }

    @Test
    void wrongKeyFailsBeforeTheJobStartsWithoutShowingIt() throws Exception {
        HttpServer endpoint = refusingEndpoint();
        try (FmwProcess fmw = FmwProcess.start(
                directory,
                environment("http://127.0.0.1:" + endpoint.getAddress().getPort() + "/v1", "http://127.0.0.1:1/v1"),
                "run",
                "--dataset=" + DATASET.toRealPath(),
                "--llm=openai",
                "--index=local",
                "--out=" + directory.resolve("results").resolve("refused"),
                "--option=fmw.embedding.type=hashed")) {
            assertThat(fmw.exitCode(DEADLINE)).as(fmw.printed()).isEqualTo(1);
            assertThat(fmw.printed())
                    .contains("fmw: ")
                    .contains("HTTP 401")
                    .doesNotContain("web UI")
                    .doesNotContain(MARKER);
        } finally {
            endpoint.stop(0);
        }
        assertThat(directory.resolve("results/refused/parts")).doesNotExist();
        assertNoMarkerIn(directory);
    }

    @Test
    void missingVariableFailsBeforeTheJobStartsAndIsNamed() throws Exception {
        Map<String, String> environment = new HashMap<>(environment("http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1"));
        environment.remove("LLM_BASE_URL");
        try (FmwProcess fmw = FmwProcess.start(
                directory,
                environment,
                "run",
                "--dataset=" + DATASET.toRealPath(),
                "--llm=openai",
                "--index=local",
                "--out=" + directory.resolve("results").resolve("unset"),
                "--option=fmw.embedding.type=hashed")) {
            assertThat(fmw.exitCode(DEADLINE)).as(fmw.printed()).isEqualTo(1);
            assertThat(fmw.printed())
                    .contains("expected environment variable LLM_BASE_URL to be set")
                    .doesNotContain("web UI")
                    .doesNotContain(MARKER);
        }
    }

    @Test
    void pineconeKeyIsNotSentInClearToAnotherMachine() throws Exception {
        try (FmwProcess fmw = FmwProcess.start(
                directory,
                environment("http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1"),
                "run",
                "--dataset=" + DATASET.toRealPath(),
                "--llm=stub",
                "--index=pinecone",
                "--option=fmw.index.control-plane-url=http://pinecone.invalid:5080",
                "--out=" + directory.resolve("results").resolve("clear"),
                "--option=fmw.embedding.type=hashed")) {
            assertThat(fmw.exitCode(DEADLINE)).as(fmw.printed()).isEqualTo(1);
            assertThat(fmw.printed())
                    .contains("expected https for a service beyond this machine that gets PINECONE_API_KEY")
                    .contains("http://pinecone.invalid:5080")
                    .doesNotContain("web UI")
                    .doesNotContain(MARKER);
        }
        assertThat(directory.resolve("results/clear/parts")).doesNotExist();
    }

    private static Map<String, String> environment(String llmUrl, String embeddingUrl) {
        return Map.of(
                "LLM_BASE_URL", llmUrl,
                "LLM_API_KEY", LLM_KEY,
                "LLM_MODEL", LlmStubServer.MODEL,
                "EMBEDDING_BASE_URL", embeddingUrl,
                "EMBEDDING_API_KEY", EMBEDDING_KEY,
                "EMBEDDING_MODEL", "stub-embedding",
                "PINECONE_API_KEY", PINECONE_KEY,
                "FMW_DEBUG", "1"); // with traces
    }

    /** An endpoint that refuses every request and says the key it was sent, as some do. */
    private static HttpServer refusingEndpoint() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String sent = exchange.getRequestHeaders().getFirst("Authorization");
            byte[] body = ("{\"error\":{\"code\":\"invalid_api_key\",\"message\":\"Incorrect key: " + sent + "\"}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** The pages behind the web UI while the job runs, by their path. */
    private Map<String, String> pagesOf(String webUi) throws Exception {
        String job = "/jobs/" + runningJob(webUi);
        List<String> paths = new ArrayList<>(List.of(
                "/",
                "/config",
                "/overview",
                "/jobs/overview",
                "/jobmanager/config",
                "/jobmanager/environment",
                "/jobmanager/metrics",
                "/jobmanager/thread-dump",
                "/taskmanagers",
                job,
                job + "/config",
                job + "/plan",
                job + "/exceptions",
                job + "/accumulators?includeSerializedValue=true",
                job + "/checkpoints",
                job + "/checkpoints/config",
                job + "/metrics"));
        for (JsonNode taskManager : json(webUi, "/taskmanagers").path("taskmanagers")) {
            String path = "/taskmanagers/" + taskManager.path("id").asText();
            paths.addAll(List.of(path, path + "/metrics", path + "/thread-dump"));
        }
        for (JsonNode vertex : json(webUi, job).path("vertices")) {
            String path = job + "/vertices/" + vertex.path("id").asText();
            paths.addAll(List.of(path, path + "/accumulators", path + "/metrics"));
        }
        Map<String, String> pages = new HashMap<>();
        for (String path : paths) {
            HttpResponse<String> page = get(webUi, path);
            assertThat(page.statusCode()).as("%s: %s", path, page.body()).isEqualTo(200);
            pages.put(path, page.body());
        }
        assertThat(pages.get("/jobmanager/environment")).contains("jvm");
        assertThat(json(webUi, job).path("state").asText()).isEqualTo("RUNNING");
        return pages;
    }

    /** Takes a savepoint of the running job; returns where it is. */
    private Path savepoint(String webUi, Path folder) throws Exception {
        String savepoints = "/jobs/" + runningJob(webUi) + "/savepoints";
        HttpRequest trigger = HttpRequest.newBuilder(URI.create(webUi + savepoints))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.MAPPER
                        .createObjectNode()
                        .put("target-directory", folder.toUri().toString())
                        .put("cancel-job", false)
                        .toString()))
                .build();
        String answer = http.send(trigger, HttpResponse.BodyHandlers.ofString()).body();
        String id = Json.MAPPER.readTree(answer).path("request-id").asText();
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode state = json(webUi, savepoints + "/" + id);
            if (state.at("/status/id").asText().equals("COMPLETED")) {
                return Path.of(URI.create(state.at("/operation/location").asText()));
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        throw new AssertionError("expected a savepoint within " + DEADLINE + ": " + answer);
    }

    private String runningJob(String webUi) throws Exception {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (System.nanoTime() < deadline) {
            for (JsonNode job : json(webUi, "/jobs").path("jobs")) {
                if (job.path("status").asText().equals("RUNNING")) {
                    return job.path("id").asText();
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        throw new AssertionError("expected a running job within " + DEADLINE + ": "
                + get(webUi, "/jobs").body());
    }

    private JsonNode json(String webUi, String path) throws Exception {
        return Json.MAPPER.readTree(get(webUi, path).body());
    }

    private HttpResponse<String> get(String webUi, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(webUi + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void assertNoMarkerIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile).filter(SecretsITCase::holdsMarker))
                    .isEmpty();
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) { // a running job removes files
                throw e;
            }
            assertNoMarkerIn(folder);
        }
    }

    private static boolean holdsMarker(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(MARKER);
        } catch (NoSuchFileException removed) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.evaluation.training.RecordingEndpoint;
import io.fastmemory.evaluation.training.RecordingEndpoint.Recorded;
import io.fastmemory.model.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is exported of a run is what its model was sent and what it answered, repairs included. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ExportRolloutsITCase {
    private static final Path DATASET = Path.of("..", "docs", "examples", "tiny");
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final NaiveModel model = new NaiveModel();
    private final AtomicInteger policyCalls = new AtomicInteger();

    @Test
    void everyExportedCallIsAnExchangeTheEndpointHad() throws Exception {
        Path runDir = directory.resolve("run");
        List<Recorded> recorded;
        try (RecordingEndpoint endpoint = new RecordingEndpoint(this::answer)) {
            fmw(
                    "run",
                    "--dataset=" + DATASET.toRealPath(),
                    "--llm=openai",
                    "--option=fmw.llm.base-url=" + endpoint.baseUrl(),
                    "--option=fmw.llm.model=recorded",
                    "--option=fmw.embedding.type=hashed",
                    "--index=local",
                    "--queries=settled",
                    "--speed=max",
                    "--out=" + runDir);
            recorded = endpoint.recorded();
        }
        String said = fmw("export-rollouts", runDir.toString());

        List<String> lines = Files.readAllLines(runDir.resolve("chat.jsonl"));
        assertThat(lines).isNotEmpty();
        assertThat(said).contains("exported " + lines.size() + " of " + lines.size() + " calls\n");
        int repairs = 0;
        for (String line : lines) {
            JsonNode example = Json.MAPPER.readTree(line);
            List<JsonNode> messages = list(example.path("messages"));
            String answer = messages.get(messages.size() - 1).path("content").asText();
            assertThat(recorded)
                    .anyMatch(it -> list(it.messages()).equals(messages.subList(0, messages.size() - 1))
                            && it.answer().equals(answer));
            repairs += example.at("/metadata/repairs").asInt();
        }
        assertThat(repairs).isPositive();
    }

    /** Every other policy call needs a repair. */
    private String answer(JsonNode messages) {
        List<Message> conversation = list(messages).stream()
                .map(message -> new Message(
                        Role.valueOf(message.path("role").asText().toUpperCase(Locale.ROOT)),
                        message.path("content").asText()))
                .toList();
        String system = conversation.get(0).content();
        boolean first = conversation.size() == 2;
        if (first && system.contains("memory of one entity") && policyCalls.incrementAndGet() % 2 == 0) {
            return "I would keep all of it.";
        }
        return model.answer(system, conversation.subList(1, conversation.size()));
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> list = new ArrayList<>();
        array.forEach(list::add);
        return list;
    }

    private String fmw(String... arguments) throws Exception {
        try (FmwProcess fmw = FmwProcess.start(directory, Map.of(), arguments)) {
            assertThat(fmw.exitCode(DEADLINE)).as(fmw.printed()).isZero();
            return fmw.printed();
        }
    }
}

package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.llm.LlmException;
import io.fastmemory.connectors.sqlite.RunLog;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Layer;
import io.fastmemory.model.Scope;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.timeline.LineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run is refused for before it is submitted. */
class PreflightTest {
    private static final Path TINY = Path.of("..", "docs", "examples", "tiny");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456789Z");

    @TempDir
    private Path directory;

    private final Map<String, String> options = new HashMap<>();
    private final ServicesInProcess world = new ServicesInProcess();
    private Instant now = NOW;

    @BeforeEach
    void copyTheDataset() throws IOException {
        Path dataset = Files.createDirectory(directory.resolve("data"));
        for (String file : List.of("dataset.json", "stream.jsonl", "gold.jsonl")) {
            Files.copy(TINY.resolve(file), dataset.resolve(file));
        }
        world.storePath = directory.resolve("out/memory.db");
        options.put("fmw.run.id", "r1");
        options.put("fmw.output.path", directory.resolve("out").toString());
        options.put("fmw.source.dataset", dataset.toString());
        options.put("fmw.index.control-plane-url", "http://localhost:1");
    }

    @Test
    void findsNothingWrongWithAGoodRunAndWritesNothing() throws IOException {
        Preflight.Findings findings = check();

        assertThat(findings.notes()).isEmpty();
        assertThat(findings.timelineMs()).isPositive();
        assertThat(findings.mock()).as("the model says so").isTrue();
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void namesTheLabelThatCannotBeRead() throws IOException {
        Files.writeString(directory.resolve("data/gold.jsonl"), "{\"kind\":\"event\",\"event_id\":\"e-1\"}\n");

        assertThatThrownBy(this::check)
                .isInstanceOf(LineException.class)
                .hasMessageContaining("gold.jsonl line 1, field /category");
    }

    @Test
    void notesALineFarAheadAndFilesThatWereChanged() throws IOException {
        Path stream = directory.resolve("data/stream.jsonl");
        List<String> lines = Files.readAllLines(stream);
        lines.set(0, lines.get(0).replaceFirst("\"offset_ms\":\\d+", "\"offset_ms\":900000"));
        Files.write(stream, lines);

        assertThat(check().notes())
                .anyMatch(note -> note.startsWith("stream.jsonl was changed"))
                .anyMatch(note -> note.startsWith("stream.jsonl line 1: offset_ms 900000 is followed by"));
    }

    @Test
    void saysWhichServiceRefusedTheKey() {
        world.llmFailure = new LlmException(LlmException.Reason.UNAUTHORIZED, 0, "expected access: HTTP 401 ");

        assertThatThrownBy(this::check)
                .isInstanceOf(IOException.class)
                .hasMessage("language model: expected access: HTTP 401 ");
    }

    @Test
    void callsNoServiceWhenToldNotTo() throws IOException {
        world.llmFailure = new LlmException(LlmException.Reason.UNAUTHORIZED, 0, "expected access");
        options.put("fmw.run.preflight", "false");

        assertThat(check().mock()).isFalse();
        options.put("fmw.llm.client", "stub");
        assertThat(check().mock()).isTrue();
    }

    @Test
    void refusesToGoOnWithAnotherModelThanTheRunsOrAStandInForIt() throws IOException {
        world.hasIndex = true;
        options.put("fmw.llm.model", "gpt");
        preflight().checkRedrive(new RunLine.Llm("openai", "gpt", true)); // the model of this world says it is one

        assertThatThrownBy(() -> preflight().checkRedrive(new RunLine.Llm("openai", "claude", true)))
                .hasMessageContaining("expected the model of run r1, claude, found gpt");
        assertThatThrownBy(() -> preflight().checkRedrive(new RunLine.Llm("openai", "gpt", false)))
                .hasMessageContaining("expected no stand-in to answer, as in run r1");
        world.llmFailure = new LlmException(LlmException.Reason.UNAUTHORIZED, 0, "expected access: HTTP 401 ");
        assertThatThrownBy(() -> preflight().checkRedrive(new RunLine.Llm("openai", "gpt", true)))
                .hasMessageContaining("expected access");
        world.hasIndex = false;
        assertThatThrownBy(() -> preflight().checkRedrive(new RunLine.Llm("openai", "gpt", true)))
                .hasMessageContaining("the index is gone");
        assertThat(world.hasIndex).isFalse();
    }

    @Test
    void refusesARunIdThatTheStoreHoldsAlready() throws IOException {
        claim();
        now = NOW.plusSeconds(60);

        assertThatThrownBy(this::check)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a new run id")
                .hasMessageContaining("r1")
                .hasMessageContaining("memory.db")
                .hasMessageContaining("fmw.run.start=1767225610123");
        assertThatThrownBy(this::claim).isInstanceOf(IOException.class).hasMessageContaining("expected a new run id");
        options.put("fmw.run.id", "r2");
        assertThat(check().notes()).isEmpty();
    }

    @Test
    void letsTheSameRunStartGoOnWhereItsPartsAre() throws IOException {
        claim();
        Files.createDirectories(directory.resolve("out/parts"));
        world.vectors.add(entry());
        world.hasIndex = true;
        options.put("fmw.run.start", "1767225610123");

        assertThat(check().notes()).isEmpty();
        claim();
    }

    @Test
    void doesNotGoOnWithoutTheIndexTheRunWroteTo() throws IOException {
        check();
        claim();
        world.hasIndex = false;
        options.put("fmw.run.start", "1767225610123");

        assertThatThrownBy(this::check).hasMessage("the index is gone");
        assertThat(world.hasIndex).isFalse();
    }

    @Test
    void refusesToGoOnWithAnotherDataset() throws IOException {
        claim();
        options.put("fmw.run.start", "1767225610123");
        Files.writeString(directory.resolve("data/stream.jsonl"), "");

        assertThatThrownBy(this::check).hasMessageContaining("on another dataset");
    }

    @Test
    void refusesAFolderThatHoldsARun() throws IOException {
        Files.createDirectories(directory.resolve("out/parts"));

        assertThatThrownBy(this::check)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected fmw.output.path to be a new folder")
                .hasMessageContaining("parts");
    }

    @Test
    void refusesANamespaceThatHoldsVectors() {
        world.vectors.add(entry());

        assertThatThrownBy(this::check)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("namespace of a new run to be empty, found 1 vectors in r1");
    }

    private static VectorIndex.Entry entry() {
        IndexDocument document = new IndexDocument(
                "m1",
                1,
                "ann",
                Scope.USER,
                null,
                Layer.FACT,
                "tea",
                List.of(),
                List.of("e1"),
                true,
                0,
                0,
                0,
                null,
                false);
        return new VectorIndex.Entry(document, new float[] {1});
    }

    private Preflight.Findings check() throws IOException {
        return preflight().check();
    }

    private Preflight preflight() {
        return new Preflight(config(), world);
    }

    private void claim() throws IOException {
        Preflight.claim(config(), world, check().datasetSha256());
        try (SqliteFile file = world.openStore()) {
            assertThat(new RunLog(file).find("r1").join()).isNotNull();
        }
    }

    private JobConfig config() {
        return JobConfig.from(Configuration.fromMap(options), now);
    }
}

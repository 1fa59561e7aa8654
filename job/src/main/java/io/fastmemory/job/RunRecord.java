package io.fastmemory.job;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.connectors.sqlite.MemoryRef;
import io.fastmemory.connectors.sqlite.MemoryStore;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.job.JobOptions.QueryServing;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.policy.reply.Prompts;
import io.fastmemory.job.source.DatasetFolder;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What whoever submits a run records beside the job: its configuration before, and what the outside holds after. */
public final class RunRecord {
    private static final Logger LOG = LoggerFactory.getLogger(RunRecord.class);
    private static final int IDS_PER_LOOK = 500;

    private RunRecord() {}

    /**
     * Writes the run's configuration into its output folder.
     *
     * @param mock whether a stand-in plays the language model
     * @throws IOException if the dataset cannot be read or the folder not be written
     */
    public static RunLine write(JobConfig config, boolean mock) throws IOException {
        DatasetFolder folder = DatasetFolder.open(Path.of(config.datasetPath()));
        Dataset description = folder.dataset();
        RunLine line = new RunLine(
                config.runId(),
                config.runStart(),
                config.speed().factor(),
                (config.memoryWrite().settled() ? QueryServing.SETTLED : QueryServing.ARRIVAL).toString(),
                config.policy().toString(),
                config.reader().type().toString(),
                llm(config, mock),
                new RunLine.DatasetRef(
                        description.name(),
                        description.mode(),
                        description.seed(),
                        folder.sha256(),
                        description.events(),
                        description.queries()),
                config.index().type().toString(),
                config.embedding().type().toString(),
                Prompts.sha256(),
                config.llm().temperature(),
                config.seed(),
                config.values(),
                versions());
        save(parts(config), "run.jsonl", List.of(line));
        return line;
    }

    /**
     * Writes the labels of the dataset's events into the run's output folder, for the evaluation; it takes as long as reading
     * the labels does, and the job need not wait for it.
     *
     * @throws IOException if the dataset cannot be read or the folder not be written
     */
    public static void writeLabels(JobConfig config) throws IOException {
        EventLabels.copy(
                Path.of(config.datasetPath(), Dataset.GOLD_FILE),
                Path.of(config.outputPath(), MemoryWriteJob.PARTS, "labels.jsonl"));
    }

    /** Of what was replayed without asking anyone, the model that was asked then. */
    private static RunLine.Llm llm(JobConfig config, boolean mock) {
        JobConfig.ReplayedModel replayed = config.replayedModel();
        if (replayed == null || config.asksLlm()) {
            return new RunLine.Llm(config.llm().client(), model(config), mock);
        }
        return new RunLine.Llm("replay", replayed.name() == null ? "unknown" : replayed.name(), mock);
    }

    /** Name of the language model that is asked. */
    static String model(JobConfig config) {
        String model = config.llm().model();
        String fromEnvironment = Secrets.fromEnvironment().get("LLM_MODEL");
        return model != null ? model : fromEnvironment != null ? fromEnvironment : "none";
    }

    /**
     * Writes what store and index hold once the job has ended, to be compared with what keyed state said.
     *
     * @param restarts how often the job was restarted, or {@code null} if nobody counted
     */
    public static void writeEnd(JobConfig config, Backends backends, Instant endedAt, @Nullable Long restarts)
            throws IOException {
        writeDigests(parts(config), config, backends);
        save(
                parts(config),
                "end.jsonl",
                List.of(new EndLine(config.runId(), endedAt, restarts, storeBytes(Path.of(config.storePath())))));
    }

    /** Writes what store and index hold once a redrive has ended, which counts as soon as the redrive is shown. */
    public static void writeRedriveDigests(JobConfig config, Backends backends) throws IOException {
        writeDigests(RedriveParts.hidden(config), config, backends);
    }

    private static void writeDigests(Path folder, JobConfig config, Backends backends) throws IOException {
        List<RolloutLine> digests = new ArrayList<>();
        Map<String, String> entities;
        try (SqliteFile file = backends.openStore()) {
            MemoryStore store = new MemoryStore(file);
            digests.addAll(storeDigests(store.activeVersions(config.runId()).join()));
            entities = store.entities(config.runId()).join();
        }
        digests.addAll(indexDigests(backends, entities));
        save(folder, "digests.jsonl", digests);
    }

    private static List<DigestLine.Store> storeDigests(List<MemoryRef> active) {
        Map<String, List<DigestLine.MemoryRef>> byEntity = new TreeMap<>();
        for (MemoryRef memory : active) {
            byEntity.computeIfAbsent(memory.entityId(), id -> new ArrayList<>())
                    .add(new DigestLine.MemoryRef(memory.memoryId(), memory.version()));
        }
        List<DigestLine.Store> digests = new ArrayList<>();
        byEntity.forEach((entityId, memories) -> digests.add(new DigestLine.Store(entityId, sorted(memories))));
        return digests;
    }

    /** An index that is gone by now holds nothing, which the evaluation compares with what it should hold; it is not made anew. */
    private static List<DigestLine.Index> indexDigests(Backends backends, Map<String, String> entities) {
        Map<String, List<DigestLine.MemoryRef>> byEntity = new TreeMap<>();
        try (EmbeddingClient embeddings = backends.openEmbeddings();
                VectorIndex index = backends.reopenIndex(embeddings.dimension())) {
            List<String> ids = index.listIds().join();
            for (int from = 0; from < ids.size(); from += IDS_PER_LOOK) {
                List<String> some = ids.subList(from, Math.min(ids.size(), from + IDS_PER_LOOK));
                index.visibleVersions(some)
                        .join()
                        .forEach((memoryId, version) -> byEntity.computeIfAbsent(
                                        entities.getOrDefault(memoryId, memoryId), id -> new ArrayList<>())
                                .add(new DigestLine.MemoryRef(memoryId, version)));
            }
        } catch (VectorIndexException failure) {
            if (failure.reason() != VectorIndexException.Reason.NOT_FOUND) {
                throw failure;
            }
            LOG.warn("nothing of the index can be recorded: {}", failure.getMessage());
        }
        List<DigestLine.Index> digests = new ArrayList<>();
        byEntity.forEach((entityId, memories) -> digests.add(new DigestLine.Index(entityId, sorted(memories))));
        return digests;
    }

    private static List<DigestLine.MemoryRef> sorted(List<DigestLine.MemoryRef> memories) {
        return memories.stream()
                .sorted(Comparator.comparing(DigestLine.MemoryRef::memoryId))
                .toList();
    }

    private static long storeBytes(Path store) throws IOException {
        long bytes = 0;
        for (String suffix : List.of("", "-wal")) {
            Path file = Path.of(store + suffix);
            bytes += Files.exists(file) ? Files.size(file) : 0;
        }
        return bytes;
    }

    /**
     * Versions of this program ({@code fmw}), Java and Flink.
     *
     * @throws IOException if the program's own cannot be read
     */
    public static Map<String, String> versions() throws IOException {
        Map<String, String> versions = new TreeMap<>();
        versions.put("java", System.getProperty("java.version", "unknown"));
        versions.put("flink", EnvironmentInformation.getVersion());
        try (InputStream in = RunRecord.class.getResourceAsStream("/fmw-version.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            properties.forEach((name, value) -> versions.put(name.toString(), value.toString()));
        }
        return versions;
    }

    private static Path parts(JobConfig config) {
        return Path.of(config.outputPath(), MemoryWriteJob.PARTS);
    }

    private static void save(Path folder, String file, List<? extends RolloutLine> lines) throws IOException {
        Files.createDirectories(folder);
        StringBuilder text = new StringBuilder();
        for (RolloutLine line : lines) {
            text.append(Json.MAPPER.writerFor(RolloutLine.class).writeValueAsString(line))
                    .append('\n');
        }
        Path written = folder.resolve(file + ".writing");
        Files.deleteIfExists(written); // of a write that was ended; or a link, as the folder may be anyone's
        Files.writeString(written, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.move(written, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
}

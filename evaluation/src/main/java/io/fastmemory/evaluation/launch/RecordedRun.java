package io.fastmemory.evaluation.launch;

import io.fastmemory.job.JobOptions;
import io.fastmemory.job.ServiceUrl;
import io.fastmemory.job.source.DatasetFolder;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/**
 * A run that was made before, to be repeated from its log, or gone on with.
 *
 * @param line the run as it was configured
 * @param storePath its store: the one in its folder, or else where its record says
 */
public record RecordedRun(RunLine line, Path storePath) {
    private static final String ROLLOUTS = "raw_rollouts.jsonl";
    private static final String STORE = "memory.db";

    /**
     * Opens the folder of a run.
     *
     * @throws IOException naming the file that is not there or is no run's
     */
    public static RecordedRun open(Path runDir) throws IOException {
        Path rollouts = runDir.resolve(ROLLOUTS);
        if (!Files.isRegularFile(rollouts)) {
            throw new IOException("expected the folder of an evaluated run, with " + ROLLOUTS + ": " + runDir);
        }
        RunLine line = firstLine(rollouts);
        Path own = runDir.resolve(STORE);
        String elsewhere = line.config().get(JobOptions.STORE_PATH.key());
        Path store = Files.isRegularFile(own) || elsewhere == null ? own : Path.of(elsewhere);
        if (!Files.isRegularFile(store)) {
            throw new IOException("expected the store of run " + line.runId() + ", " + STORE + " in its folder"
                    + (elsewhere == null ? "" : " or " + elsewhere) + ": " + runDir);
        }
        return new RecordedRun(line, store.toAbsolutePath());
    }

    private static RunLine firstLine(Path rollouts) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(rollouts)) {
            String first = reader.readLine();
            if (first != null && Json.read(first, RolloutLine.class) instanceof RunLine line) {
                return line;
            }
        } catch (CharacterCodingException e) {
            throw new IOException("expected UTF-8, found other bytes near the start: " + rollouts + ":1", e);
        }
        throw new IOException("expected the run's own line first: " + rollouts + ":1");
    }

    /**
     * Addresses beyond this machine that the run's record names, of services that are sent a key: the record may be
     * anyone's.
     */
    public static List<String> keyedAddressesElsewhere(RunLine run) {
        Configuration options = Configuration.fromMap(run.config());
        List<String> addresses = new ArrayList<>();
        if (options.get(JobOptions.INDEX) == JobOptions.IndexType.PINECONE) {
            addresses.add(options.get(JobOptions.INDEX_URL));
        }
        if (options.get(JobOptions.EMBEDDING) == JobOptions.EmbeddingType.OPENAI) {
            addresses.add(options.get(JobOptions.EMBEDDING_BASE_URL));
        }
        return addresses.stream()
                .filter(address -> address != null && !ServiceUrl.isLoopback(address))
                .toList();
    }

    /**
     * Refuses another dataset than the run's.
     *
     * @throws IllegalArgumentException naming both
     */
    public void requireDataset(Path folder) throws IOException {
        String found = DatasetFolder.open(folder).sha256();
        if (!found.equals(line.dataset().sha256())) {
            throw new IllegalArgumentException("expected the dataset of run " + line.runId() + ", "
                    + line.dataset().name() + " with sha256 " + line.dataset().sha256() + ": " + folder + " has "
                    + found);
        }
    }
}

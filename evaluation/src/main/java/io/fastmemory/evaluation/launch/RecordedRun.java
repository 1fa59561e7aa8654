package io.fastmemory.evaluation.launch;

import io.fastmemory.job.source.DatasetFolder;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A run that was made before, to be repeated from its log.
 *
 * @param line the run as it was configured
 * @param storePath its store
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
        Path store = runDir.resolve(STORE);
        if (!Files.isRegularFile(rollouts) || !Files.isRegularFile(store)) {
            throw new IOException(
                    "expected the folder of an evaluated run, with " + ROLLOUTS + " and " + STORE + ": " + runDir);
        }
        try (BufferedReader reader = Files.newBufferedReader(rollouts)) {
            String first = reader.readLine();
            if (first != null && Json.read(first, RolloutLine.class) instanceof RunLine line) {
                return new RecordedRun(line, store.toAbsolutePath());
            }
        } catch (CharacterCodingException e) {
            throw new IOException("expected UTF-8, found other bytes near the start: " + rollouts + ":1", e);
        }
        throw new IOException("expected the run's own line first: " + rollouts + ":1");
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

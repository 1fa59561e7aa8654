package io.fastmemory.job.source;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.fastmemory.model.ContentDigest;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A dataset folder, with what its files really hold.
 *
 * @param dataset what {@code dataset.json} says
 * @param sha256 digest over the digests of {@code stream.jsonl} and {@code gold.jsonl} as they are now
 * @param changedFiles names of files that differ from the digest {@code dataset.json} gives
 */
public record DatasetFolder(Dataset dataset, String sha256, List<String> changedFiles) {
    public DatasetFolder {
        changedFiles = List.copyOf(changedFiles);
    }

    /**
     * Opens a folder.
     *
     * @throws IOException naming the file that is not there or cannot be read
     */
    public static DatasetFolder open(Path folder) throws IOException {
        Dataset dataset = describe(folder);
        ContentDigest both = new ContentDigest();
        List<String> changed = new ArrayList<>();
        for (String name : List.of(Dataset.STREAM_FILE, Dataset.GOLD_FILE)) {
            Path file = folder.resolve(name);
            if (!Files.isRegularFile(file)) {
                throw new IOException("expected dataset file " + file + ": it is not there");
            }
            String found = digest(file);
            both.add(found);
            if (!found.equals(dataset.sha256().get(name))) {
                changed.add(name);
            }
        }
        return new DatasetFolder(dataset, both.hex(), changed);
    }

    /**
     * Reads what the folder says of itself.
     *
     * @throws IOException naming the folder if it has no description, or the file and line if that cannot be read
     */
    public static Dataset describe(Path folder) throws IOException {
        Path description = folder.resolve(Dataset.DATASET_FILE);
        if (!Files.isRegularFile(description)) {
            throw new IOException("expected a dataset folder with " + Dataset.DATASET_FILE + ", " + Dataset.STREAM_FILE
                    + " and " + Dataset.GOLD_FILE + ": " + folder);
        }
        try {
            return Json.MAPPER.readValue(Files.readAllBytes(description), Dataset.class);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String line = at == null ? "" : " line " + at.getLineNr();
            throw new IOException(
                    description + line + ": expected a description of a dataset: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads every label of a folder, as the steps that use them will.
     *
     * @throws io.fastmemory.model.timeline.LineException naming file, line and field of a label that cannot be read
     */
    public static void checkLabels(Path folder) {
        GoldLabels.check(folder.resolve(Dataset.GOLD_FILE).toString());
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ContentDigest.sha256Hex(in);
        }
    }
}

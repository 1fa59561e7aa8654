package io.fastmemory.job.source;

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
     * @throws IOException naming the folder if it has no description
     */
    public static Dataset describe(Path folder) throws IOException {
        Path description = folder.resolve(Dataset.DATASET_FILE);
        if (!Files.isRegularFile(description)) {
            throw new IOException("expected a dataset folder with " + Dataset.DATASET_FILE + ", " + Dataset.STREAM_FILE
                    + " and " + Dataset.GOLD_FILE + ": " + folder);
        }
        return Json.MAPPER.readValue(Files.readAllBytes(description), Dataset.class);
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ContentDigest.sha256Hex(in);
        }
    }
}

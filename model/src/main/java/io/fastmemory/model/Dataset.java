package io.fastmemory.model;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code dataset.json} says of a dataset folder.
 *
 * @param name short name, an id
 * @param mode {@code small}, {@code medium}, {@code long}, or what was imported, e.g. {@code locomo}
 * @param seed seed of the generator, or {@code null} for imported data
 * @param epoch the world's date at offset 0
 * @param generator name and version of what wrote the folder
 * @param events number of events
 * @param queries number of queries
 * @param counts numbers per category of events and queries, and of what an importer left out
 * @param sha256 SHA-256 of each other file of the folder, by file name
 */
public record Dataset(
        String name,
        String mode,
        @Nullable Long seed,
        Instant epoch,
        String generator,
        long events,
        long queries,
        Map<String, Long> counts,
        Map<String, String> sha256) {
    public static final String DATASET_FILE = "dataset.json";
    public static final String STREAM_FILE = "stream.jsonl";
    public static final String GOLD_FILE = "gold.jsonl";

    public Dataset {
        counts = Map.copyOf(counts);
        sha256 = Map.copyOf(sha256);
    }
}

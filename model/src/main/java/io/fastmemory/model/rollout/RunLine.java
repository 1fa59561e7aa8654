package io.fastmemory.model.rollout;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The run as it was configured.
 *
 * @param startedAt the run start: intended arrival of offset 0; survives recovery
 * @param speed times the timeline is replayed faster than the clock, 0 for as fast as possible
 * @param queries when queries are served: {@code arrival} or {@code settled}
 * @param policy {@code llm}, {@code none}, {@code store-everything} or {@code oracle}
 * @param reader {@code llm} or {@code oracle}
 * @param promptHash SHA-256 of the policy's and the reader's system prompts
 * @param config every option by its key, secrets left out
 * @param versions of this program, Java, Flink and the clients
 */
public record RunLine(
        String runId,
        Instant startedAt,
        double speed,
        String queries,
        String policy,
        String reader,
        Llm llm,
        DatasetRef dataset,
        String index,
        String embedding,
        String promptHash,
        double temperature,
        long seed,
        Map<String, String> config,
        Map<String, String> versions)
        implements RolloutLine {
    /** The language model behind policy and reader; {@code mock} is true for the stand-in. */
    public record Llm(String client, String model, boolean mock) {}

    /** The dataset; {@code sha256} is over the digests of its stream and its labels. */
    public record DatasetRef(
            String name, String mode, @Nullable Long seed, String sha256, long events, long queries) {}
}

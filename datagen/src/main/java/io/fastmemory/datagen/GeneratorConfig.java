package io.fastmemory.datagen;

import java.time.Instant;
import java.util.List;

/**
 * What a generated dataset looks like.
 *
 * <p>The timeline is made of blocks of equal length and composition; one block is planned at a time, so memory use
 * depends on the size of a block and on the number of entities, not on the length of the stream. Every block holds all
 * kinds of events and queries.
 *
 * @param mode name of the mode, part of the dataset's name
 * @param seed same seed, same bytes
 * @param epoch the world's date at offset 0
 * @param entities how many entities there are, at least 4, so that each domain has one
 * @param blocks how many blocks the timeline has
 * @param blockMillis length of a block
 * @param eventsPerBlock events of a block; what the mix leaves over is noise
 * @param queriesPerBlock queries of a block; what the mix leaves over asks for plain facts
 * @param mix how many stories of each kind a block tells
 * @param ladderAgesMillis ages at which a ladder asks for its fact, ascending; those over 70 % of a block are left out
 * @param factsPerEntity most statements, duplicates aside, an entity gets in a block; what is over goes to another
 * @param noiseZipfPercent exponent of the Zipf law by which noise falls on entities, in percent
 */
public record GeneratorConfig(
        String mode,
        long seed,
        Instant epoch,
        int entities,
        int blocks,
        int blockMillis,
        int eventsPerBlock,
        int queriesPerBlock,
        Mix mix,
        List<Integer> ladderAgesMillis,
        int factsPerEntity,
        int noiseZipfPercent) {
    /** World date of offset 0 of every generated dataset: a Monday morning. */
    public static final Instant DEFAULT_EPOCH = Instant.parse("2026-03-02T09:00:00Z");

    private static final int FEWEST_ENTITIES = 4;

    public GeneratorConfig {
        ladderAgesMillis = List.copyOf(ladderAgesMillis);
        require(entities >= FEWEST_ENTITIES, "entities must be at least " + FEWEST_ENTITIES + ": " + entities);
        require(blocks >= 1, "blocks must be positive: " + blocks);
        require(blockMillis >= 10_000, "blockMillis must be at least 10000: " + blockMillis);
    }

    /**
     * How many stories of each kind a block tells. A story is one fact of one entity with all that happens to it.
     *
     * @param plain stated once, often repeated; asked as long as queries are left
     * @param ladders asked at every age of the ladder; each third of them is updated before
     * @param chains updated three times, asked in between
     * @param corrections stated wrongly, then corrected, then asked
     * @param urgents urgent, asked within three seconds
     * @param relays two statements far apart which a query needs together
     * @param abstains asked, never stated for this entity; often stated for another
     * @param bursts moments at which many events of an entity arrive at once
     */
    public record Mix(
            int plain, int ladders, int chains, int corrections, int urgents, int relays, int abstains, int bursts) {}

    /**
     * The mode {@code small}: 200 events and 60 queries of 8 entities in 30 seconds. Defaults: 22 plain facts, 3 ladders
     * at ages of 0.2, 0.5, 1.25, 3, 7.5 and 20 seconds, 5 chains, 6 corrections, 4 urgent facts, 4 relays, 7 questions
     * without an answer, 4 bursts; at most 18 statements for an entity, so that a policy which keeps what matters stays
     * within the default budgets, while one that keeps everything of the busiest entity does not.
     */
    public static GeneratorConfig small(long seed) {
        return new GeneratorConfig(
                "small",
                seed,
                DEFAULT_EPOCH,
                8,
                1,
                30_000,
                200,
                60,
                new Mix(22, 3, 5, 6, 4, 4, 7, 4),
                List.of(200, 500, 1_250, 3_000, 7_500, 20_000, 60_000),
                18,
                150);
    }

    /** Number of events of the whole dataset. */
    public long events() {
        return (long) blocks * eventsPerBlock;
    }

    /** Number of queries of the whole dataset. */
    public long queries() {
        return (long) blocks * queriesPerBlock;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}

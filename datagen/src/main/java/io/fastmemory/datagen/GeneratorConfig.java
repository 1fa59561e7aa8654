package io.fastmemory.datagen;

import java.time.Instant;
import java.util.List;

/**
 * What a generated dataset looks like.
 *
 * <p>The timeline is made of blocks of equal length; one block is planned at a time, so memory use depends on the size of
 * a block and on the number of entities, not on the length of the stream.
 *
 * @param mode name of the mode, part of the dataset's name
 * @param seed same seed, same bytes
 * @param epoch the world's date at offset 0
 * @param events number of events; they fall evenly on the blocks
 * @param queries number of queries; they fall evenly on the blocks
 * @param entities how many entities there are, at least 4
 * @param blocks how many blocks the timeline has
 * @param blockMillis length of a block
 * @param mix how many stories of each kind a block tells
 * @param pressure how events fall on entities
 * @param ladderAgesMillis ages at which a ladder asks for its fact, ascending; those over 70 % of a block are left out
 * @param distancesMillis how far apart the ends of a story that spans blocks may be, ascending; empty if none does
 * @param wholeGrammar whether every domain and name is used; a small dataset has room for four domains
 */
public record GeneratorConfig(
        String mode,
        long seed,
        Instant epoch,
        long events,
        long queries,
        int entities,
        int blocks,
        int blockMillis,
        Mix mix,
        Pressure pressure,
        List<Integer> ladderAgesMillis,
        List<Integer> distancesMillis,
        boolean wholeGrammar) {
    /** World date of offset 0 of every generated dataset: a Monday morning. */
    public static final Instant DEFAULT_EPOCH = Instant.parse("2026-03-02T09:00:00Z");

    /** Ages at which a ladder asks: 0.2 s to 60 s, log-spaced. */
    static final List<Integer> LADDER_AGES_MILLIS = List.of(200, 500, 1_250, 3_000, 7_500, 20_000, 60_000);

    private static final int FEWEST_ENTITIES = 4;

    public GeneratorConfig {
        ladderAgesMillis = List.copyOf(ladderAgesMillis);
        distancesMillis = List.copyOf(distancesMillis);
        require(events >= 1, "events must be positive: " + events);
        require(queries >= 0 && queries <= events / 3, "queries must be 0 to a third of the events: " + queries);
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
     * @param lasting asked twice, long after and longer after; a third of them is updated in between
     * @param abstains asked, never stated for this entity; often stated for another
     * @param bursts moments at which many events of an entity arrive at once
     */
    public record Mix(
            int plain,
            int ladders,
            int chains,
            int corrections,
            int urgents,
            int relays,
            int lasting,
            int abstains,
            int bursts) {}

    /**
     * How events fall on entities and press on their budgets.
     *
     * @param askedPerEntity most statements of facts that are asked for, duplicates aside, an entity gets in a block;
     *     what is over goes to another
     * @param openPerEntity most stories of an entity that span blocks at a time
     * @param zipfPercent exponent of the Zipf law by which stories and noise fall on entities, in percent
     * @param noisePercent share of the events that is noise; what neither noise nor asked stories need are facts that
     *     nobody asks for. At 100 there are none of those
     * @param burstPercent share of the noise that falls into bursts
     * @param burstsOnHottestPercent share of the bursts that hit the hottest entity for certain
     */
    public record Pressure(
            int askedPerEntity,
            int openPerEntity,
            int zipfPercent,
            int noisePercent,
            int burstPercent,
            int burstsOnHottestPercent) {
        public Pressure {
            require(askedPerEntity >= 4, "askedPerEntity must be at least 4, as for a chain: " + askedPerEntity);
            require(openPerEntity >= 0, "openPerEntity must not be negative: " + openPerEntity);
            require(zipfPercent >= 0 && zipfPercent <= 400, "zipfPercent must be 0 to 400: " + zipfPercent);
            require(noisePercent >= 0 && noisePercent <= 100, "noisePercent must be 0 to 100: " + noisePercent);
            require(burstPercent >= 0 && burstPercent <= 100, "burstPercent must be 0 to 100: " + burstPercent);
        }
    }

    /**
     * The mode {@code small}: 200 events and 60 queries of 8 entities in 30 seconds. 22 plain facts, 3 ladders at ages
     * of 0.2, 0.5, 1.25, 3, 7.5 and 20 seconds, 5 chains, 6 corrections, 4 urgent facts, 4 relays, 7 questions without
     * an answer, 4 bursts; at most 18 statements for an entity, so that a policy which keeps what matters stays within
     * the default budgets, while one that keeps everything of the busiest entity does not.
     */
    public static GeneratorConfig small(long seed) {
        return new GeneratorConfig(
                "small",
                seed,
                DEFAULT_EPOCH,
                200,
                60,
                8,
                1,
                30_000,
                new Mix(22, 3, 5, 6, 4, 4, 0, 7, 4),
                new Pressure(18, 0, 150, 100, 52, 75),
                LADDER_AGES_MILLIS,
                List.of(),
                false);
    }

    /** The mode {@code medium}: 10,000 events and 1,500 queries of 200 entities in 25 minutes. */
    public static GeneratorConfig medium(long seed) {
        return StreamShape.medium().config("medium", seed);
    }

    /** The mode {@code long}: 1,000,000 events and 100,000 queries of 20,000 entities in about 21 hours. */
    public static GeneratorConfig longStream(long seed) {
        return StreamShape.longStream().config("long", seed);
    }

    /** Number of events of a block. */
    int eventsIn(int block) {
        return Math.toIntExact(events * (block + 1) / blocks - events * block / blocks);
    }

    /** Number of queries of a block. */
    int queriesIn(int block) {
        return Math.toIntExact(queries * (block + 1) / blocks - queries * block / blocks);
    }

    /** Length of the timeline. */
    public long millis() {
        return (long) blocks * blockMillis;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}

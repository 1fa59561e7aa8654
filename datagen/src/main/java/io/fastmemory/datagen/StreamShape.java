package io.fastmemory.datagen;

import io.fastmemory.datagen.GeneratorConfig.Mix;
import io.fastmemory.datagen.GeneratorConfig.Pressure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What can be chosen of a stream of any length.
 *
 * <p>Its blocks are 150 seconds long. That leaves room for every rung of the ladder, and a tumbling minute touches two
 * blocks at most, so twice {@code askedPerEntity} bounds the index operations that the facts asked for need in a minute.
 *
 * @param events number of events
 * @param queries number of queries
 * @param entities number of entities
 * @param eventsPerMinute rate of the stream at its own pace, all entities together; it gives the length of the timeline
 * @param shares shares of the kinds of queries
 * @param bursts moments in each block at which many events of an entity arrive at once
 * @param pressure how events fall on entities
 * @param distancesMillis how far apart the ends of a story may be, ascending, each at least a second
 */
public record StreamShape(
        long events,
        long queries,
        int entities,
        int eventsPerMinute,
        Shares shares,
        int bursts,
        Pressure pressure,
        List<Integer> distancesMillis) {
    private static final int BLOCK_MILLIS = 150_000;
    private static final int MINUTE_MILLIS = 60_000;
    private static final int SHORTEST_DISTANCE_MILLIS = 1_000;

    public StreamShape {
        distancesMillis = List.copyOf(distancesMillis);
        require(eventsPerMinute >= 1, "events per minute must be positive: " + eventsPerMinute);
        require(bursts >= 0, "bursts must not be negative: " + bursts);
        require(
                distancesMillis.stream().allMatch(distance -> distance >= SHORTEST_DISTANCE_MILLIS)
                        && distancesMillis.stream().sorted().toList().equals(distancesMillis),
                "distances must be at least " + SHORTEST_DISTANCE_MILLIS + " ms and ascending: " + distancesMillis);
    }

    /**
     * Shares of the kinds of queries in percent; what is left asks for plain facts.
     *
     * @param ladder asks for one fact at ages of 0.2 s to 60 s
     * @param update asks for facts that changed up to three times
     * @param correction asks for facts that were first told wrongly
     * @param urgent asks for urgent facts within three seconds
     * @param evidence needs two events that are far apart
     * @param lasting asks for facts long after they were told
     * @param abstain asks what was never told
     */
    public record Shares(int ladder, int update, int correction, int urgent, int evidence, int lasting, int abstain) {
        /** 19 % ladder, 16 % update, 8 % correction, 10 % urgent, 5 % evidence, 10 % lasting, 9 % abstain, 23 % plain. */
        public static final Shares DEFAULT = new Shares(19, 16, 8, 10, 5, 10, 9);

        public Shares {
            for (int share : new int[] {ladder, update, correction, urgent, evidence, lasting, abstain}) {
                require(share >= 0, "shares must not be negative: " + share);
            }
            int sum = ladder + update + correction + urgent + evidence + lasting + abstain;
            require(sum <= 100, "shares must add up to 100 % at most: " + sum + " %");
        }

        int plain() {
            return 100 - ladder - update - correction - urgent - evidence - lasting - abstain;
        }
    }

    /**
     * 10,000 events and 1,500 queries of 200 entities, 400 events a minute: 25 minutes. At most 6 asked statements for an
     * entity in 150 seconds, Zipf exponent 1.1, 45 % noise, stories that span 10 s to 13.5 minutes.
     */
    public static StreamShape medium() {
        return new StreamShape(
                10_000,
                1_500,
                200,
                400,
                Shares.DEFAULT,
                8,
                new Pressure(6, 6, 110, 45, 20, 0),
                List.of(10_000, 30_000, 90_000, 270_000, 810_000));
    }

    /**
     * 1,000,000 events and 100,000 queries of 20,000 entities, 800 events a minute: 20 hours and 50 minutes. At most 10
     * asked statements for an entity in 150 seconds, stories that span 10 s to 6 hours; the rest as in {@link #medium}.
     */
    public static StreamShape longStream() {
        return new StreamShape(
                1_000_000,
                100_000,
                20_000,
                800,
                Shares.DEFAULT,
                8,
                new Pressure(10, 12, 110, 45, 20, 0),
                List.of(10_000, 30_000, 90_000, 270_000, 810_000, 2_430_000, 7_290_000, 21_870_000));
    }

    /** The same with another number of events, queries and entities. */
    public StreamShape withSize(long newEvents, long newQueries, int newEntities) {
        return new StreamShape(
                newEvents, newQueries, newEntities, eventsPerMinute, shares, bursts, pressure, distancesMillis);
    }

    /** The same at another rate. */
    public StreamShape withRate(int newEventsPerMinute) {
        return new StreamShape(
                events, queries, entities, newEventsPerMinute, shares, bursts, pressure, distancesMillis);
    }

    /** The same with other shares of queries. */
    public StreamShape withShares(Shares newShares) {
        return new StreamShape(
                events, queries, entities, eventsPerMinute, newShares, bursts, pressure, distancesMillis);
    }

    /** The same with another number of bursts and another pressure. */
    public StreamShape withPressure(int newBursts, Pressure newPressure) {
        return new StreamShape(
                events, queries, entities, eventsPerMinute, shares, newBursts, newPressure, distancesMillis);
    }

    /** The same with other distances. */
    public StreamShape withDistances(List<Integer> newDistancesMillis) {
        return new StreamShape(
                events, queries, entities, eventsPerMinute, shares, bursts, pressure, newDistancesMillis);
    }

    /** What it has otherwise than another shape, by name. */
    public Map<String, Object> otherThan(StreamShape usual) {
        Map<String, Object> knobs = knobs();
        knobs.entrySet().removeAll(usual.knobs().entrySet());
        return knobs;
    }

    private Map<String, Object> knobs() {
        Map<String, Object> knobs = new LinkedHashMap<>();
        knobs.put("events", events);
        knobs.put("queries", queries);
        knobs.put("entities", entities);
        knobs.put("events_per_minute", eventsPerMinute);
        knobs.put("ladder_percent", shares.ladder());
        knobs.put("update_percent", shares.update());
        knobs.put("correction_percent", shares.correction());
        knobs.put("urgent_percent", shares.urgent());
        knobs.put("evidence_percent", shares.evidence());
        knobs.put("lasting_percent", shares.lasting());
        knobs.put("abstain_percent", shares.abstain());
        knobs.put("bursts", bursts);
        knobs.put("asked_per_entity", pressure.askedPerEntity());
        knobs.put("open_per_entity", pressure.openPerEntity());
        knobs.put("zipf_percent", pressure.zipfPercent());
        knobs.put("noise_percent", pressure.noisePercent());
        knobs.put("burst_percent", pressure.burstPercent());
        knobs.put("bursts_on_hottest_percent", pressure.burstsOnHottestPercent());
        knobs.put("distances_ms", distancesMillis);
        return knobs;
    }

    /** The configuration of a stream of this shape. */
    public GeneratorConfig config(String mode, long seed) {
        long eventsPerBlock = (long) eventsPerMinute * BLOCK_MILLIS / MINUTE_MILLIS;
        int blocks = Math.toIntExact(Math.max(1, (events + eventsPerBlock - 1) / eventsPerBlock));
        int queriesPerBlock = (int) (queries / blocks);
        return new GeneratorConfig(
                mode,
                seed,
                GeneratorConfig.DEFAULT_EPOCH,
                events,
                queries,
                entities,
                blocks,
                BLOCK_MILLIS,
                mix(queriesPerBlock),
                pressure,
                GeneratorConfig.LADDER_AGES_MILLIS,
                distancesMillis,
                true);
    }

    /** Stories of a block; a kind that is wanted has one at least. */
    private Mix mix(int queriesPerBlock) {
        int rungs = GeneratorConfig.LADDER_AGES_MILLIS.size();
        return new Mix(
                stories(queriesPerBlock, shares.plain(), 1),
                stories(queriesPerBlock, shares.ladder(), rungs),
                stories(queriesPerBlock, shares.update(), 2),
                stories(queriesPerBlock, shares.correction(), 1),
                stories(queriesPerBlock, shares.urgent(), 2),
                stories(queriesPerBlock, shares.evidence(), 1),
                stories(queriesPerBlock, shares.lasting(), 2),
                stories(queriesPerBlock, shares.abstain(), 1),
                bursts);
    }

    private static int stories(int queries, int percent, int queriesPerStory) {
        int rounded = (queries * percent + 50 * queriesPerStory) / (100 * queriesPerStory);
        return percent == 0 ? 0 : Math.max(1, rounded);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}

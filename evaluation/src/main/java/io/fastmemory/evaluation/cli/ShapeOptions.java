package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.GeneratorConfig.Pressure;
import io.fastmemory.datagen.StreamShape;
import io.fastmemory.datagen.StreamShape.Shares;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code fmw generate} that shape a stream. */
final class ShapeOptions {
    private static final int MOST_SKEW = 4;
    private static final int MOST_SECONDS = Integer.MAX_VALUE / 1_000;
    private static final Set<String> KINDS =
            Set.of("ladder", "update", "correction", "urgent", "evidence", "lasting", "abstain");

    @Option(names = "--events", paramLabel = "N", description = "Number of events.")
    private @Nullable Long events;

    @Option(
            names = "--queries",
            paramLabel = "N",
            description =
                    "Number of queries, a third of the events at most. Default: as many per event as the mode has.")
    private @Nullable Long queries;

    @Option(names = "--entities", paramLabel = "N", description = "Number of entities (users, tenants), from 4.")
    private @Nullable Integer entities;

    @Option(
            names = "--events-per-minute",
            paramLabel = "N",
            description = "Rate of the whole stream at 1x; with --events it gives the length. medium: 400, long: 800.")
    private @Nullable Integer eventsPerMinute;

    @Option(
            names = "--share",
            paramLabel = "KIND=PERCENT",
            split = ",",
            description = {
                "Share of the queries that ask in one way; what is left over asks for plain facts.",
                "ladder: one fact at ages of 0.2 s to 60 s (19). update: what changed up to three times (16).",
                "correction: what was told wrongly first (8). urgent: within three seconds (10).",
                "evidence: two events far apart (5). lasting: long after (10). abstain: never told (9)."
            })
    private @Nullable Map<String, Integer> shares;

    @Option(
            names = "--noise",
            paramLabel = "PERCENT",
            description = "Share of the events that assert nothing (45). The rest are facts; those that no query needs"
                    + " press on the budgets.")
    private @Nullable Integer noise;

    @Option(
            names = "--skew",
            paramLabel = "S",
            description = "Exponent of the Zipf law by which events fall on entities (1.1); 0 spreads them evenly.")
    private @Nullable Double skew;

    @Option(
            names = "--bursts",
            paramLabel = "N",
            description = "Moments in each 150 s at which many events of one entity arrive within 0.25 s (8).")
    private @Nullable Integer bursts;

    @Option(
            names = "--burst-share",
            paramLabel = "PERCENT",
            description = "Share of the noise that falls into bursts (20).")
    private @Nullable Integer burstShare;

    @Option(
            names = "--distances",
            paramLabel = "SECONDS",
            split = ",",
            description = "How far apart evidence, and facts and their late questions are, ascending. medium:"
                    + " 10,30,90,270,810; long: up to 21870.")
    private @Nullable List<Integer> distances;

    @Option(
            names = "--asked-per-entity",
            paramLabel = "N",
            description = "Pressure: most statements of asked facts that one entity gets in 150 s (medium 6, long 10)."
                    + " From 11 on, the indexing budget of 20 a minute may not hold what is asked.")
    private @Nullable Integer askedPerEntity;

    @Option(
            names = "--open-per-entity",
            paramLabel = "N",
            description =
                    "Pressure: most facts of one entity that wait for a late question at a time (medium 6, long 12).")
    private @Nullable Integer openPerEntity;

    boolean isGiven() {
        return Stream.of(
                        events,
                        queries,
                        entities,
                        eventsPerMinute,
                        shares,
                        noise,
                        skew,
                        bursts,
                        burstShare,
                        distances,
                        askedPerEntity,
                        openPerEntity)
                .anyMatch(Objects::nonNull);
    }

    StreamShape apply(StreamShape base) {
        long newEvents = or(events, base.events());
        long newQueries = or(queries, newEvents * base.queries() / base.events());
        StreamShape shape = base.withSize(newEvents, newQueries, or(entities, base.entities()))
                .withRate(or(eventsPerMinute, base.eventsPerMinute()))
                .withPressure(or(bursts, base.bursts()), pressure(base.pressure()));
        if (shares != null) {
            shape = shape.withShares(shares(shares));
        }
        return distances == null
                ? shape
                : shape.withDistances(
                        distances.stream().map(ShapeOptions::millis).toList());
    }

    private static int millis(int seconds) {
        if (seconds > MOST_SECONDS) {
            throw new IllegalArgumentException(
                    "expected --distances of at most " + MOST_SECONDS + " seconds: found " + seconds);
        }
        return Math.multiplyExact(seconds, 1_000);
    }

    /** An exponent in percent; what is no number would be rounded to one. */
    private static int percent(double exponent) {
        if (!(exponent >= 0 && exponent <= MOST_SKEW)) {
            throw new IllegalArgumentException("expected --skew from 0 to " + MOST_SKEW + ": found " + exponent);
        }
        return (int) Math.round(exponent * 100);
    }

    private Pressure pressure(Pressure base) {
        int zipfPercent = skew == null ? base.zipfPercent() : percent(skew);
        return new Pressure(
                or(askedPerEntity, base.askedPerEntity()),
                or(openPerEntity, base.openPerEntity()),
                zipfPercent,
                or(noise, base.noisePercent()),
                or(burstShare, base.burstPercent()),
                base.burstsOnHottestPercent());
    }

    private static Shares shares(Map<String, Integer> given) {
        if (!KINDS.containsAll(given.keySet())) {
            Set<String> unknown = new TreeSet<>(given.keySet());
            unknown.removeAll(KINDS);
            throw new IllegalArgumentException("expected --share of " + new TreeSet<>(KINDS) + ": found " + unknown);
        }
        Shares usual = Shares.DEFAULT;
        Map<String, Integer> all = new HashMap<>(Map.of(
                "ladder", usual.ladder(),
                "update", usual.update(),
                "correction", usual.correction(),
                "urgent", usual.urgent(),
                "evidence", usual.evidence(),
                "lasting", usual.lasting(),
                "abstain", usual.abstain()));
        all.putAll(given);
        return new Shares(
                all.getOrDefault("ladder", 0),
                all.getOrDefault("update", 0),
                all.getOrDefault("correction", 0),
                all.getOrDefault("urgent", 0),
                all.getOrDefault("evidence", 0),
                all.getOrDefault("lasting", 0),
                all.getOrDefault("abstain", 0));
    }

    private static <T> T or(@Nullable T given, T usual) {
        return given == null ? usual : given;
    }
}

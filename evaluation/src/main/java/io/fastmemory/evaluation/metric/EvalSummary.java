package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.Rollouts.BudgetLimits;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run comes to: the contents of {@code eval_summary.json}, keys in this order, absent written as null.
 *
 * <p>Every figure follows from {@code raw_rollouts.jsonl} alone. Maps keep their order.
 *
 * @param time each {@link TimeMetric} by its key
 * @param failures failed queries by cause; every cause has an entry
 * @param versions of the program, Java, Flink and the clients
 * @param startedAt the run start
 * @param wallS seconds from run start to the end of the job, or {@code null} if the end was not recorded
 */
public record EvalSummary(
        String runId,
        String policy,
        String reader,
        LlmUsed llm,
        DatasetUsed dataset,
        Headline headline,
        Map<String, TimeStat> time,
        Quality quality,
        Cost cost,
        Map<String, Long> failures,
        Fallbacks fallbacks,
        BudgetUse budget,
        Reconciliation reconciliation,
        RunConfig config,
        Map<String, String> versions,
        Instant startedAt,
        @Nullable Double wallS) {
    /** Name of the file in a run's folder. */
    public static final String FILE = "eval_summary.json";

    public EvalSummary {
        time = ordered(time);
        failures = ordered(failures);
        versions = ordered(versions);
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** The language model; {@code mock} says that a stand-in answered, so that its quality means nothing. */
    public record LlmUsed(String client, String model, boolean mock) {}

    /** The dataset; {@code sha256} is that of its {@code dataset.json}, {@code seed} absent for imported data. */
    public record DatasetUsed(
            String name, String mode, @Nullable Long seed, String sha256, long events, long queries) {}

    /**
     * The few figures to look at first.
     *
     * @param answerSuccess on answerable queries: right, with the right evidence, in time
     * @param score the environment score from 0 to 100, or {@code null} while not all of its parts are measured
     */
    public record Headline(
            @Nullable Double timeToUsefulMemoryMsP50,
            @Nullable Double timeToUsefulMemoryMsP95,
            @Nullable Double readyLagMsP50,
            @Nullable Double readyLagMsP95,
            @Nullable Double answerSuccess,
            @Nullable Double score) {}

    /**
     * Rates over queries.
     *
     * @param overall all queries; systems that keep nothing do well here by abstaining
     * @param answerable queries that have an answer: compare runs by these
     * @param abstention queries that have none
     * @param byCategory by the dataset's category of query
     */
    public record Quality(
            QueryQuality overall,
            QueryQuality answerable,
            Abstention abstention,
            Map<String, QueryQuality> byCategory) {
        public Quality {
            byCategory = ordered(byCategory);
        }
    }

    /**
     * Rates over some queries; each is the mean over those that have such a number, {@code null} if none has.
     *
     * @param late answered after the deadline
     * @param staleAnswer gave a value that is no longer true
     * @param textual judged by words, because the gold is free text
     * @param recallAt5 share of required facts with evidence among the first 5 hits
     * @param citationPrecision share of a query's citations that support a required fact
     */
    public record QueryQuality(
            long queries,
            @Nullable Double answerCorrect,
            @Nullable Double evidenceCorrect,
            @Nullable Double answerSuccess,
            @Nullable Double late,
            @Nullable Double staleAnswer,
            @Nullable Double textual,
            @Nullable Double recallAt5,
            @Nullable Double recallAt10,
            @Nullable Double recallAt25,
            @Nullable Double citationPrecision) {}

    /**
     * What became of queries without an answer.
     *
     * @param queries that should be answered by abstaining
     * @param correct share of them that abstained and cited nothing
     * @param falseAbstention share of answerable queries that abstained
     */
    public record Abstention(
            long queries,
            @Nullable Double correct,
            @Nullable Double falseAbstention) {}

    /**
     * What the run used.
     *
     * @param storeBytes of the stores on disk, or {@code null} if the end was not recorded
     */
    public record Cost(
            LlmCost policy,
            LlmCost reader,
            IndexCost index,
            StorageCost storage,
            @Nullable Long storeBytes) {}

    /**
     * Use of the language model by one of its two users.
     *
     * @param decisions policy calls or reader answers it was needed for
     * @param llmCalls requests answered, repairs among them
     * @param httpRetries requests sent again by the client
     * @param llmCallsPerEvent {@code llmCalls} ÷ events of the run, as with the others
     */
    public record LlmCost(
            long decisions,
            long llmCalls,
            long promptTokens,
            long completionTokens,
            long repairs,
            long httpRetries,
            @Nullable Double llmCallsPerEvent,
            @Nullable Double promptTokensPerEvent,
            @Nullable Double completionTokensPerEvent) {}

    /**
     * Use of the index.
     *
     * @param operations upserts and deletes recorded
     * @param atEnd operations whose timer fired only because the input ended
     * @param vectors in the index at the end, or {@code null} if that was not recorded
     */
    public record IndexCost(
            long operations,
            long upserts,
            long deletes,
            long atEnd,
            @Nullable Double operationsPerEvent,
            @Nullable Long vectors) {}

    /**
     * Use of the memory store.
     *
     * @param memories ever written
     * @param versions of memories ever written
     * @param tokensActive of active memory at the end, or {@code null} if that was not recorded
     * @param tokensTotal of all versions written active
     */
    public record StorageCost(
            long memories, long versions, @Nullable Long tokensActive, long tokensTotal) {}

    /**
     * Where the run took another way than the plain one; all 0 in a clean run.
     *
     * @param parked events set aside undecided
     * @param fallbackStored events stored verbatim because the policy failed
     * @param redelivered input lines dropped because the event had come before
     * @param deadLetters unreadable input lines by code
     * @param reasked policy calls made again because the answer was lost before it was logged
     * @param contentCut index entries with shortened content, or {@code null}: rollouts do not say yet
     * @param indexErrors index operations that failed
     * @param indexSuperseded index operations replaced by a newer one before they were sent
     * @param indexNotVisible acknowledged operations not seen to take effect
     * @param restarts of the job, or {@code null} if the end was not recorded
     */
    public record Fallbacks(
            long parked,
            long fallbackStored,
            long redelivered,
            Map<String, Long> deadLetters,
            long reasked,
            @Nullable Long contentCut,
            long indexErrors,
            long indexSuperseded,
            long indexNotVisible,
            @Nullable Long restarts) {
        public Fallbacks {
            deadLetters = ordered(deadLetters);
        }
    }

    /**
     * The budgets of each entity and what they cost the policy.
     *
     * @param limits as the policy was told, or {@code null} if no call recorded its request
     * @param rejected actions rejected by code
     * @param lateDecisions events decided later than the latency target after arrival, {@code null} without limits
     */
    public record BudgetUse(
            @Nullable BudgetLimits limits,
            Map<String, Long> rejected,
            @Nullable Long lateDecisions) {
        public BudgetUse {
            rejected = ordered(rejected);
        }
    }

    /**
     * Whether the store and the index hold what keyed state says, and every event has its one outcome.
     *
     * @param store memories in the store, or {@code null} if not recorded
     * @param state memories in keyed state, likewise
     * @param index memories in the index, likewise
     * @param differences empty when all agree
     */
    public record Reconciliation(
            @Nullable Held store,
            @Nullable Held state,
            @Nullable Held index,
            List<Difference> differences) {
        public Reconciliation {
            differences = List.copyOf(differences);
        }
    }

    /**
     * What one place holds at the end.
     *
     * @param entities it knows
     * @param active active memories, {@code null} where the place does not say
     * @param indexed memories in the index, or asked to be, {@code null} where the place does not say
     */
    public record Held(
            long entities, @Nullable Long active, @Nullable Long indexed) {}

    /**
     * One disagreement.
     *
     * @param kind one word
     * @param place where it shows: {@code state}, {@code store}, {@code index} or {@code rollouts}
     * @param id the memory, event, query or call
     * @param message what was expected and what was found
     */
    public record Difference(
            String kind,
            String place,
            @Nullable String entityId,
            @Nullable String id,
            String message) {}

    /**
     * How the run was configured.
     *
     * @param speed 0 for as fast as possible
     * @param queries {@code arrival} or {@code settled}
     * @param options every option by its key, secrets left out
     */
    public record RunConfig(
            double speed,
            String queries,
            String index,
            String embedding,
            String promptHash,
            double temperature,
            long seed,
            Map<String, String> options) {
        public RunConfig {
            options = ordered(options);
        }
    }
}

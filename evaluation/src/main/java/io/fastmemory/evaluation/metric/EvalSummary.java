package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fastmemory.evaluation.metric.Rollouts.BudgetLimits;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /**
     * Reads the summary of a run, for reports and comparisons.
     *
     * @param file an {@code eval_summary.json} of this version; an older one is to be evaluated anew
     * @throws InvalidRolloutException naming the file and the field, if it is not such a summary
     * @throws java.nio.file.NoSuchFileException if it is not there
     */
    public static EvalSummary read(Path file) throws IOException {
        byte[] text = Files.readAllBytes(file);
        try {
            String absent = RequiredFields.absent(Json.MAPPER.readTree(text), EvalSummary.class);
            if (absent != null) {
                throw notOfThisVersion(file, "no " + absent);
            }
            return Json.MAPPER.readValue(text, EvalSummary.class);
        } catch (JsonProcessingException e) {
            throw notOfThisVersion(file, e.getOriginalMessage());
        }
    }

    private static InvalidRolloutException notOfThisVersion(Path file, String found) {
        return new InvalidRolloutException(
                file, "expected a summary of this version, found " + found + "; evaluate the run again to have one");
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** The language model; {@code mock} says that a stand-in answered, so that its quality means nothing. */
    public record LlmUsed(String client, String model, boolean mock) {}

    /** The dataset; {@code sha256} is over the digests of its stream and its labels, {@code seed} absent for imported data. */
    public record DatasetUsed(
            String name, String mode, @Nullable Long seed, String sha256, long events, long queries) {}

    /**
     * The few figures to look at first.
     *
     * @param answerSuccess on answerable queries: right, with the right evidence, in time
     * @param score the environment score from 0 to 100, or {@code null} without an answerable query, budgets, the end of
     *     the run, or the state of every entity that had an event
     */
    public record Headline(
            @Nullable Double timeToUsefulMemoryMsP50,
            @Nullable Double timeToUsefulMemoryMsP95,
            @Nullable Double readyLagMsP50,
            @Nullable Double readyLagMsP95,
            @Nullable Double answerSuccess,
            @Nullable Double score) {}

    /**
     * Rates over queries and over memory.
     *
     * @param overall all queries; systems that keep nothing do well here by abstaining
     * @param answerable queries that have an answer: compare runs by these
     * @param abstention queries that have none
     * @param byCategory by the dataset's category of query
     * @param memory what active memory says at the end, or {@code null} if labels or states of entities are not recorded
     * @param freshnessCurve success of answerable queries by the age of their evidence, from young to old
     * @param scoreParts what the score is made of, or {@code null} if there is none
     * @param confidence how sure the rates on answerable queries and the score are
     * @param reward the episode's reward, or {@code null} if budgets are not recorded
     */
    public record Quality(
            QueryQuality overall,
            QueryQuality answerable,
            Abstention abstention,
            Map<String, QueryQuality> byCategory,
            @Nullable MemoryQuality memory,
            List<FreshnessBin> freshnessCurve,
            @Nullable ScoreParts scoreParts,
            Confidence confidence,
            @Nullable EpisodeReward reward) {
        public Quality {
            byCategory = ordered(byCategory);
            freshnessCurve = List.copyOf(freshnessCurve);
        }
    }

    /**
     * Active memory at the end against the facts its entities were told; rates are {@code null} without a population.
     *
     * @param active memories
     * @param statements of active memory
     * @param precision share of the statements that are a fact told and still true
     * @param facts told and still true
     * @param recall share of them that active memory holds
     * @param updates facts told and no longer true
     * @param updateAccuracy share of them that no active memory states, while one holds what is true instead
     * @param duplicateRate share of active memories that say nothing which one earlier memory does not say
     * @param noise events worth nothing that arrived
     * @param noiseStored share of them that became a source of a memory
     */
    public record MemoryQuality(
            long active,
            long statements,
            @Nullable Double precision,
            long facts,
            @Nullable Double recall,
            long updates,
            @Nullable Double updateAccuracy,
            @Nullable Double duplicateRate,
            long noise,
            @Nullable Double noiseStored) {}

    /**
     * Queries whose newest required evidence was of some age when they arrived.
     *
     * @param fromMs least age
     * @param toMs first age beyond, or {@code null} for the last bin
     * @param success share of the queries that succeeded, or {@code null} without queries
     */
    public record FreshnessBin(
            long fromMs,
            @Nullable Long toMs,
            long queries,
            @Nullable Double success) {}

    /**
     * The score and its parts, rates from 0 to 1; see {@code Score} for what each weighs.
     *
     * @param points the score, from 0 to 100
     */
    public record ScoreParts(
            double points,
            double answerCorrect,
            double evidenceCorrect,
            double evidenceRecall,
            double citationPrecision,
            double freshness,
            double lateDecisions,
            double storageUsed,
            double staleAnswers,
            double duplicates) {}

    /**
     * Intervals by percentile bootstrap over entities.
     *
     * @param level share of the resamples an interval covers
     * @param entities drawn from, with replacement
     * @param intervals by the name of the rate on answerable queries, and {@code score}
     */
    public record Confidence(double level, int resamples, long seed, long entities, Map<String, Interval> intervals) {
        public Confidence {
            intervals = ordered(intervals);
        }
    }

    /** A confidence interval; its bounds are {@code null} for fewer than two entities or without a value. */
    public record Interval(@Nullable Double low, @Nullable Double high) {
        static final Interval UNKNOWN = new Interval(null, null);
    }

    /**
     * The reward of the run as one episode.
     *
     * @param episode {@code queries} less the three costs
     * @param queries sum of the rewards of queries
     * @param storage sum of the calls' cost of tokens, as with the next two
     * @param uncredited part of {@code queries} that no call is answerable for
     */
    public record EpisodeReward(
            double episode, double queries, double storage, double index, double rejected, double uncredited) {}

    /**
     * Rates over some queries; each is the mean over those that have such a number, {@code null} if none has.
     *
     * @param late answered after the deadline
     * @param staleAnswer gave a value that is no longer true
     * @param textual judged by words, because the gold is free text
     * @param recallAt5 share of required facts with evidence among the first 5 hits
     * @param ndcgAt5 how near the top that evidence stands among them
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
            @Nullable Double ndcgAt5,
            @Nullable Double ndcgAt10,
            @Nullable Double ndcgAt25,
            @Nullable Double citationPrecision) {}

    /**
     * What became of queries without an answer.
     *
     * @param queries that should be answered by abstaining
     * @param correct share of them that abstained and cited nothing
     * @param falseAnswer share of them that were given an answer
     * @param falseAbstention share of answerable queries that abstained
     */
    public record Abstention(
            long queries,
            @Nullable Double correct,
            @Nullable Double falseAnswer,
            @Nullable Double falseAbstention) {}

    /**
     * What the run used.
     *
     * @param storeBytes of the stores on disk, or {@code null} if the end was not recorded
     * @param storageOverTime what memory held at 101 even moments from start to end; empty if nothing was written
     * @param money what the tokens cost, or {@code null} when no prices are configured
     */
    public record Cost(
            LlmCost policy,
            LlmCost reader,
            IndexCost index,
            StorageCost storage,
            @Nullable Long storeBytes,
            List<StoragePoint> storageOverTime,
            @Nullable Money money) {
        public Cost {
            storageOverTime = List.copyOf(storageOverTime);
        }
    }

    /**
     * What memory held at one moment.
     *
     * @param atMs wall time since the run start
     * @param tokensActive of active memory committed by then; what expires counts until its expiry is recorded
     * @param tokensTotal of all versions written active by then
     * @param vectors visible in the index
     */
    public record StoragePoint(long atMs, long tokensActive, long tokensTotal, long vectors) {}

    /**
     * Cost in money, in the currency of the configured prices.
     *
     * @param policy of the policy's tokens
     * @param reader of the reader's tokens
     * @param perEvent total ÷ events, or {@code null} without events
     */
    public record Money(
            double policy,
            double reader,
            double total,
            @Nullable Double perEvent) {}

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
            @Nullable Double completionTokensPerEvent,
            @Nullable Double repairsPerEvent) {}

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
     * @param tokensActive of active memory at the end, or {@code null} if that was not recorded of every entity
     * @param tokensTotal of all versions written active
     */
    public record StorageCost(
            long memories, long versions, @Nullable Long tokensActive, long tokensTotal) {}

    /**
     * Where the run took another way than the plain one; all 0 in a clean run.
     *
     * @param parked events set aside undecided
     * @param redriven events that were parked and decided again; those parked once more count as parked too
     * @param fallbackStored events stored verbatim because the policy failed
     * @param redelivered input lines dropped because the event had come before
     * @param deadLetters unreadable input lines by code
     * @param reasked policy calls made again because the answer was lost before it was logged
     * @param contentCut index entries with shortened content, or {@code null}: rollouts do not say yet
     * @param indexErrors index operations that failed
     * @param indexSuperseded index operations replaced by a newer one before they were sent
     * @param indexNotVisible acknowledged operations not seen to take effect
     * @param restarts of the job, or {@code null} if the end was not recorded
     * @param unlabelledQueries queries left out of every rate because they have no label
     * @param unlabelledEvents events left out of what memory is judged by because no label of them is recorded
     */
    public record Fallbacks(
            long parked,
            long redriven,
            long fallbackStored,
            long redelivered,
            Map<String, Long> deadLetters,
            long reasked,
            @Nullable Long contentCut,
            long indexErrors,
            long indexSuperseded,
            long indexNotVisible,
            @Nullable Long restarts,
            long unlabelledQueries,
            long unlabelledEvents) {
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
     *     and where queries are settled
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
     * @param evaluation what the evaluation was told
     */
    public record RunConfig(
            double speed,
            String queries,
            String index,
            String embedding,
            String promptHash,
            double temperature,
            long seed,
            Map<String, String> options,
            EvaluationSettings evaluation) {
        public RunConfig {
            options = ordered(options);
        }
    }
}

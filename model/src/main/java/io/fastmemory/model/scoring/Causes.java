package io.fastmemory.model.scoring;

import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.scoring.EvidenceLife.EventLife;
import io.fastmemory.model.scoring.EvidenceLife.IndexStep;
import io.fastmemory.model.scoring.EvidenceLife.MemoryLife;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a query failed. The first required fact that fails (value wrong or not supported) decides; for it the first of the following
 * that holds at the time of retrieval (or at arrival, if retrieval failed). Any one event of its evidence would do, so of several the
 * one that came furthest speaks for the fact.
 *
 * <ol>
 *   <li>{@code not_arrived}: the event had not arrived, or nothing is known of it
 *   <li>{@code raw_write_late}: it was not yet in the raw store
 *   <li>{@code queued}: the call that decided it was not yet made
 *   <li>{@code in_flight}: the call was made, its decision not yet logged
 *   <li>{@code parked}: the call failed
 *   <li>{@code ignored}: the policy ignored the event, and no active memory asserts the fact on its ground
 *   <li>{@code rejected}: an action of its call that would have asserted the fact was rejected, and again no memory does
 *   <li>{@code wrong}: no active memory with the event among its sources asserts the fact (never, or no longer)
 *   <li>{@code not_updated}: the value given is not right, and the reader was shown a forbidden one from a memory that was still active
 *       and still said so
 *   <li>{@code not_indexed}: no version that asserts the fact was asked to be indexed (never asked, or over budget)
 *   <li>{@code index_delayed}: asked for with a delay that was not over
 *   <li>{@code index_lag}: asked for, but not visible yet
 *   <li>{@code stale_in_index}: the value given is not right, and the reader was shown a forbidden one from a vector whose memory
 *       was no longer active or no longer said so
 *   <li>{@code retrieval_failed}: the index did not answer
 *   <li>{@code not_retrieved}: no hit shown to the reader rests on the evidence and asserts the fact
 *   <li>{@code reader_failed}: the reader gave no valid answer
 *   <li>{@code reader_wrong}: the reader was shown the fact and did not give its value
 *   <li>{@code citation_wrong}: it gave the value and did not cite a memory that supports it, or cited one that was not retrieved
 *   <li>{@code late}: all is right, but after the deadline
 *   <li>{@code false_answer}: the right answer was to abstain
 * </ol>
 *
 * <p>A fact that was shown to the reader by a memory that rests on its evidence has been written and indexed, so only
 * {@code not_updated}, {@code stale_in_index} and what comes after {@code not_retrieved} can be its cause.
 */
public final class Causes {
    private Causes() {}

    /**
     * The cause of a query's failure, or {@code null} if it succeeded.
     *
     * @param query the query with its verdict; its own cause is not looked at
     * @param life what is known of the events and memories behind it
     */
    public static @Nullable CauseOfFailure causeOf(QueryLine query, EvidenceLife life) {
        Blame blame = blame(query, life);
        return blame == null ? null : blame.cause();
    }

    /** The cause of a query's failure and the evidence at which it shows, or {@code null} if it succeeded. */
    public static @Nullable Blame blame(QueryLine query, EvidenceLife life) {
        if (query.verdict().success()) {
            return null;
        }
        if (query.gold().abstain()) {
            return Blame.ofNoEvent(ofFalseAnswer(query));
        }
        List<GoldQuery.Required> required = query.gold().required();
        for (int i = 0; i < required.size(); i++) {
            Verdict.AskVerdict verdict = query.verdict().asks().get(i);
            if (!verdict.valueCorrect() || !verdict.supported()) {
                return new Failing(query, life, required.get(i), verdict).blame();
            }
        }
        if (!query.verdict().answerCorrect()) {
            return Blame.ofNoEvent(CauseOfFailure.READER_WRONG);
        }
        return Blame.ofNoEvent(query.verdict().evidenceCorrect() ? CauseOfFailure.LATE : CauseOfFailure.CITATION_WRONG);
    }

    /**
     * Why a query failed, and which events stand behind it.
     *
     * @param eventIds the evidence whose way ended at this cause, where a policy call decides how far it comes: from
     *     {@code queued} to {@code stale_in_index}, and {@code not_retrieved}; empty for the other causes
     * @param undoing instead of evidence of which a memory once asserted the fact, the versions with which it no longer did; for
     *     {@code wrong} only
     */
    public record Blame(CauseOfFailure cause, List<String> eventIds, List<MemoryVersion> undoing) {
        public Blame {
            eventIds = List.copyOf(eventIds);
            undoing = List.copyOf(undoing);
        }

        /** A blame that lies with evidence alone. */
        public Blame(CauseOfFailure cause, List<String> eventIds) {
            this(cause, eventIds, List.of());
        }

        static Blame ofNoEvent(CauseOfFailure cause) {
            return new Blame(cause, List.of());
        }
    }

    private static CauseOfFailure ofFalseAnswer(QueryLine query) {
        if (query.retrievedAt() == null) {
            return CauseOfFailure.RETRIEVAL_FAILED;
        }
        if (query.answer() == null) {
            return CauseOfFailure.READER_FAILED;
        }
        return query.verdict().late() ? CauseOfFailure.LATE : CauseOfFailure.FALSE_ANSWER;
    }

    /** A required fact that fails, and what is known of it at the time of retrieval. */
    private record Failing(
            QueryLine query, EvidenceLife life, GoldQuery.Required required, Verdict.AskVerdict verdict) {
        private Instant at() {
            return Objects.requireNonNullElse(query.retrievedAt(), query.arrivalAt());
        }

        Blame blame() {
            boolean shown = shownHits().stream().anyMatch(hit -> Assertion.supports(hit, required));
            Blame written = shown ? null : furthest(this::writing);
            if (written != null) {
                return written;
            }
            if (!verdict.valueCorrect() && shownForbidden(true)) {
                return ofArrived(CauseOfFailure.NOT_UPDATED);
            }
            Blame indexed = shown ? null : furthest(this::indexing);
            if (indexed != null) {
                return indexed;
            }
            if (!verdict.valueCorrect() && shownForbidden(false)) {
                return ofArrived(CauseOfFailure.STALE_IN_INDEX);
            }
            if (query.retrievedAt() == null) {
                return Blame.ofNoEvent(CauseOfFailure.RETRIEVAL_FAILED);
            }
            return shown ? Blame.ofNoEvent(ofReader()) : ofArrived(CauseOfFailure.NOT_RETRIEVED);
        }

        private CauseOfFailure ofReader() {
            if (query.answer() == null) {
                return CauseOfFailure.READER_FAILED;
            }
            return verdict.valueCorrect() ? CauseOfFailure.CITATION_WRONG : CauseOfFailure.READER_WRONG;
        }

        /** Blames what became of all the evidence there was. */
        private Blame ofArrived(CauseOfFailure cause) {
            return new Blame(
                    cause,
                    required.evidence().stream()
                            .filter(id -> !notBy(life.event(id).decidedAt()))
                            .toList());
        }

        /** The stage at which the evidence stands that came furthest, or {@code null} if some passed all stages. */
        private @Nullable Blame furthest(Stage stage) {
            CauseOfFailure furthest = null;
            List<String> events = new ArrayList<>();
            List<MemoryVersion> undoing = new ArrayList<>();
            for (String eventId : required.evidence()) {
                CauseOfFailure cause = stage.of(eventId, life.event(eventId));
                if (cause == null) {
                    return null;
                }
                int further = furthest == null ? 1 : cause.compareTo(furthest);
                if (further > 0) {
                    furthest = cause;
                    events.clear();
                    undoing.clear();
                }
                if (further >= 0 && cause.compareTo(CauseOfFailure.QUEUED) >= 0) {
                    List<MemoryVersion> undone = cause == CauseOfFailure.WRONG ? undoing(eventId) : List.of();
                    undoing.addAll(undone);
                    if (undone.isEmpty()) {
                        events.add(eventId);
                    }
                }
            }
            return furthest == null ? null : new Blame(furthest, events, undoing);
        }

        private @Nullable CauseOfFailure writing(String eventId, EventLife event) {
            if (notBy(event.arrivalAt())) {
                return CauseOfFailure.NOT_ARRIVED;
            }
            if (notBy(event.rawCommittedAt())) {
                return CauseOfFailure.RAW_WRITE_LATE;
            }
            if (notBy(event.calledAt())) {
                return CauseOfFailure.QUEUED;
            }
            if (notBy(event.decidedAt())) {
                return CauseOfFailure.IN_FLIGHT;
            }
            if (event.parked()) {
                return CauseOfFailure.PARKED;
            }
            if (event.memories().stream().anyMatch(memory -> assertsNow(memory, eventId))) {
                return null;
            }
            if (event.ignored()) {
                return CauseOfFailure.IGNORED;
            }
            return event.rejected().stream().anyMatch(action -> action.match(new WouldAssert(required)))
                    ? CauseOfFailure.REJECTED
                    : CauseOfFailure.WRONG;
        }

        private @Nullable CauseOfFailure indexing(String eventId, EventLife event) {
            CauseOfFailure furthest = CauseOfFailure.NOT_INDEXED;
            for (MemoryLife memory : event.memories()) {
                if (!assertsNow(memory, eventId)) {
                    continue;
                }
                for (IndexStep step : memory.index()) {
                    if (step.upsert() && !notBy(step.requestedAt()) && assertsIn(memory, step.version())) {
                        if (!notBy(step.visibleAt())) {
                            return null;
                        }
                        CauseOfFailure cause = step.delayed() && notBy(step.submittedAt())
                                ? CauseOfFailure.INDEX_DELAYED
                                : CauseOfFailure.INDEX_LAG;
                        furthest = cause.compareTo(furthest) > 0 ? cause : furthest;
                    }
                }
            }
            return furthest;
        }

        private boolean notBy(@Nullable Instant stamp) {
            return stamp == null || stamp.isAfter(at());
        }

        private @Nullable MemoryVersion current(MemoryLife memory) {
            return memory.versions().stream()
                    .filter(version -> !notBy(version.decidedAt()))
                    .max(Comparator.comparingInt(MemoryVersion::version))
                    .orElse(null);
        }

        private boolean assertsNow(MemoryLife memory, String eventId) {
            MemoryVersion current = current(memory);
            return current != null && assertsOn(current, eventId);
        }

        private boolean assertsOn(MemoryVersion version, String eventId) {
            return version.status() == MemoryStatus.ACTIVE
                    && version.sourceEventIds().contains(eventId)
                    && asserts(version);
        }

        /** The versions with which memories that had asserted the fact on the event's ground stopped to; none that expired. */
        private List<MemoryVersion> undoing(String eventId) {
            List<MemoryVersion> undoing = new ArrayList<>();
            for (MemoryLife memory : life.event(eventId).memories()) {
                MemoryVersion before = null;
                MemoryVersion last = null;
                for (MemoryVersion version : memory.versions()) {
                    if (!notBy(version.decidedAt())) {
                        last = before != null && assertsOn(before, eventId) ? version : last;
                        before = version;
                    }
                }
                if (last != null && last.status() != MemoryStatus.EXPIRED) {
                    undoing.add(last);
                }
            }
            return undoing;
        }

        private boolean assertsIn(MemoryLife memory, int version) {
            return memory.versions().stream()
                    .anyMatch(candidate -> candidate.version() == version && asserts(candidate));
        }

        private boolean asserts(MemoryVersion version) {
            return Assertion.asserts(
                    version.content(), version.facts(), version.verbatim(), version.sourceEventIds(), required);
        }

        private List<QueryLine.Hit> shownHits() {
            return query.hits()
                    .subList(0, Math.min(query.readerHits(), query.hits().size()));
        }

        /** Whether a hit shown states a forbidden value that its memory, at this time, still ({@code active}) or no longer stands for. */
        private boolean shownForbidden(boolean active) {
            Set<Fact> forbidden = new LinkedHashSet<>();
            query.gold().forbidden().stream()
                    .filter(entry -> entry.askId().equals(required.askId()))
                    .forEach(entry -> forbidden.add(entry.fact()));
            return shownHits().stream()
                    .filter(hit -> !Assertion.supports(hit, required))
                    .anyMatch(hit -> forbidden.stream()
                            .anyMatch(fact -> Assertion.states(hit.content(), hit.facts(), fact)
                                    && standsFor(hit, fact) == active));
        }

        private boolean standsFor(QueryLine.Hit hit, Fact fact) {
            MemoryVersion current = current(life.memory(hit.memoryId()));
            return current == null
                    || (current.status() == MemoryStatus.ACTIVE
                            && Assertion.states(current.content(), current.facts(), fact));
        }
    }

    /** How far one event of the evidence came, as a cause; {@code null} if it passed. */
    private interface Stage {
        @Nullable
        CauseOfFailure of(String eventId, EventLife event);
    }

    /** Whether an action would have made a memory that asserts a required fact. */
    private record WouldAssert(GoldQuery.Required required) implements MemoryAction.Cases<Boolean> {
        @Override
        public Boolean writeMemory(MemoryAction.WriteMemory write) {
            return restsOnEvidence(write.sourceEventIds())
                    && Assertion.wouldAssert(write.content(), write.facts(), required.fact());
        }

        @Override
        public Boolean updateMemory(MemoryAction.UpdateMemory update) {
            return restsOnEvidence(update.sourceEventIds())
                    && Assertion.wouldAssert(update.content(), update.facts(), required.fact());
        }

        @Override
        public Boolean markStale(MemoryAction.MarkStale stale) {
            return false;
        }

        @Override
        public Boolean compressMemory(MemoryAction.CompressMemory compress) {
            return Assertion.wouldAssert(compress.content(), compress.facts(), required.fact());
        }

        @Override
        public Boolean ignoreEvent(MemoryAction.IgnoreEvent ignore) {
            return false;
        }

        @Override
        public Boolean indexNow(MemoryAction.IndexNow index) {
            return false;
        }

        @Override
        public Boolean delayIndex(MemoryAction.DelayIndex delay) {
            return false;
        }

        private boolean restsOnEvidence(List<String> sources) {
            return !Collections.disjoint(sources, required.evidence());
        }
    }
}

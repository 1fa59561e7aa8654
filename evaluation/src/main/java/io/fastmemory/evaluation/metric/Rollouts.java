package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fastmemory.evaluation.reward.CallRef;
import io.fastmemory.evaluation.reward.CallUse;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.LabelLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.rollout.VersionLine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a run recorded, as far as the metrics need it.
 *
 * <p>Prompts, answers, actions, and the texts of queries and hits are dropped as the lines are read, so that what stays
 * grows with the number of lines and the content of memory, and not with the size of the lines.
 */
public final class Rollouts {
    /** Name of the file in a run's folder. */
    public static final String FILE = "raw_rollouts.jsonl";

    /** How a run says that its queries wait for all that came before them. */
    public static final String SETTLED = "settled";

    /** Where a policy request says what the entity may use. */
    static final String LATENCY_LIMIT = "/latency_budget/limit";

    static final String STORAGE_LIMIT = "/storage_budget/limit";
    static final String INDEXING_LIMIT = "/indexing_budget/limit";

    private static final String PARKED = "parked";

    private final RunLine run;
    private final @Nullable EndLine end;
    private final Collected lines;
    private final BitSet queryLines;

    private Rollouts(RunLine run, @Nullable EndLine end, Collected lines, BitSet queryLines) {
        this.run = run;
        this.end = end;
        this.lines = lines;
        this.queryLines = queryLines;
    }

    /**
     * Reads a merged file.
     *
     * @throws InvalidRolloutException naming file and line, if a line is torn or invalid, the {@code run} line is
     *     missing or repeated, or lines of several runs are mixed
     */
    public static Rollouts read(Path file) throws IOException {
        Reader reader = new Reader();
        reader.read(file);
        return reader.finish(file);
    }

    /** The run as configured. */
    public RunLine run() {
        return run;
    }

    /** The end of the run, or {@code null} if it never came. */
    public @Nullable EndLine end() {
        return end;
    }

    /** The newest time that a line names as past, or the run start if there is none. */
    public Instant lastAt() {
        return Stream.of(
                        events().stream().map(EventLine::decidedAt),
                        queries().stream().map(QueryLine::answeredAt),
                        versions().stream().map(VersionLine::committedAt),
                        indexOperations().stream().map(IndexLine::visibleAt).filter(Objects::nonNull))
                .flatMap(times -> times)
                .max(Instant::compareTo)
                .orElse(run.startedAt());
    }

    /** Whether queries waited for all that came before them, so that the run says nothing about time. */
    public boolean settled() {
        return run.queries().equals(SETTLED);
    }

    /** Input lines that became neither event nor query. */
    public List<InputLine> inputs() {
        return Collections.unmodifiableList(lines.inputs);
    }

    /** One line of each event, that of its last outcome. */
    public Collection<EventLine> events() {
        return Collections.unmodifiableCollection(lines.events.values());
    }

    /** The label of an event, or {@code null} if none is recorded. */
    public @Nullable GoldEvent label(String eventId) {
        return lines.labels.get(eventId);
    }

    /** Whether the labels of events are recorded; older rollouts are without. */
    public boolean hasLabels() {
        return !lines.labels.isEmpty();
    }

    /** What a call used; nothing for a call that is not recorded. */
    CallUse use(CallRef call) {
        return lines.uses.getOrDefault(call, CallUse.NONE);
    }

    /** The line of an event's last outcome, or {@code null} if it did not arrive. */
    public @Nullable EventLine event(String eventId) {
        return lines.events.get(eventId);
    }

    /**
     * The line of an event's first outcome, or {@code null} if it did not arrive: what queries met, as an event is redriven
     * when the run has ended.
     */
    @Nullable
    EventLine eventDuringRun(String eventId) {
        EventLine parked = lines.redriven.get(eventId);
        return parked != null ? parked : lines.events.get(eventId);
    }

    /** How many parked events were decided again, whatever came of it. */
    public int redriven() {
        return lines.redriven.size();
    }

    /** Policy calls without request, raw answer, the texts of repairs, and what was carried out. */
    public List<CallLine> calls() {
        return Collections.unmodifiableList(lines.calls);
    }

    /** Memory versions. */
    public List<VersionLine> versions() {
        return Collections.unmodifiableList(lines.versions);
    }

    /** Operations on the index. */
    public List<IndexLine> indexOperations() {
        return Collections.unmodifiableList(lines.indexOperations);
    }

    /** What calls asked to be indexed, as far as it was accepted. */
    List<AskedIndexing> askedIndexing() {
        return Collections.unmodifiableList(lines.askedIndexing);
    }

    /** One line of each query, without its text and those of its hits. */
    public Collection<QueryLine> queries() {
        return Collections.unmodifiableCollection(lines.queries.values());
    }

    /** Keyed state at the end, by entity. */
    public Map<String, DigestLine.State> stateDigests() {
        return Collections.unmodifiableMap(lines.states);
    }

    /** The memory store at the end, by entity. */
    public Map<String, DigestLine.Store> storeDigests() {
        return Collections.unmodifiableMap(lines.stores);
    }

    /** The index at the end, by entity. */
    public Map<String, DigestLine.Index> indexDigests() {
        return Collections.unmodifiableMap(lines.indexes);
    }

    /** Whether the state of every entity that had an event is recorded, so that what memory held at the end is known. */
    boolean statesRecorded() {
        return events().stream().allMatch(event -> lines.states.containsKey(event.entityId()));
    }

    /** Lines beyond the first about the same thing, as {@code kind id}, in the order of the file. */
    public List<Repeated> repeated() {
        return Collections.unmodifiableList(lines.repeated);
    }

    /** Whether a call ignored the event explicitly. */
    boolean isIgnored(String eventId) {
        return lines.ignored.contains(eventId);
    }

    /** The actions that were rejected in the call that decided the event. */
    List<MemoryAction> rejectedActions(EventLine event) {
        return lines.rejected.getOrDefault(new CallRef(event.entityId(), event.callSeq()), List.of());
    }

    /**
     * Limits of the entity's budgets as the policy was told, else as the run was configured, or {@code null} if neither is
     * recorded.
     */
    public @Nullable BudgetLimits budgetLimits() {
        return lines.limits != null ? lines.limits : BudgetLimits.configured(run.config());
    }

    /** Reads the whole query lines again from the file these rollouts were read from. */
    void readQueries(Path file, JsonLines.Visitor<QueryLine> visitor) throws IOException {
        JsonLines.read(
                file,
                RolloutLine.class,
                line -> queryLines.get(Math.toIntExact(line)),
                (line, number, bytes) -> visitor.visit((QueryLine) line, number, bytes));
    }

    /** A line beyond the first about the same thing. */
    public record Repeated(String kind, @Nullable String entityId, String id) {}

    /**
     * What an entity may use.
     *
     * @param latencyMs target from an event's arrival to indexed memory
     * @param storageTokens tokens of active memory
     * @param indexOperations index operations in a minute of stream time
     */
    public record BudgetLimits(long latencyMs, long storageTokens, long indexOperations) {
        /** The limits in a run's options, or {@code null} if one is not there or cannot be read. */
        static @Nullable BudgetLimits configured(Map<String, String> options) {
            String latency = options.get("fmw.budget.latency-target");
            String storage = options.get("fmw.budget.storage-tokens");
            String indexing = options.get("fmw.budget.index-operations");
            if (latency == null || storage == null || indexing == null) {
                return null;
            }
            try {
                return new BudgetLimits(
                        Duration.parse(latency).toMillis(), Long.parseLong(storage), Long.parseLong(indexing));
            } catch (DateTimeParseException | NumberFormatException e) {
                return null;
            }
        }
    }

    /** The lines by kind. */
    private static final class Collected {
        final List<InputLine> inputs = new ArrayList<>();
        final Map<String, EventLine> events = new LinkedHashMap<>();
        /** By event, the line of its first outcome where a redrive led to another one. */
        final Map<String, EventLine> redriven = new HashMap<>();

        final List<CallLine> calls = new ArrayList<>();
        final List<VersionLine> versions = new ArrayList<>();
        final List<IndexLine> indexOperations = new ArrayList<>();
        final Map<String, QueryLine> queries = new LinkedHashMap<>();
        final Map<String, DigestLine.State> states = new TreeMap<>();
        final Map<String, DigestLine.Store> stores = new TreeMap<>();
        final Map<String, DigestLine.Index> indexes = new TreeMap<>();
        final List<Repeated> repeated = new ArrayList<>();
        final Set<String> ignored = new HashSet<>();
        final Map<CallRef, List<MemoryAction>> rejected = new HashMap<>();
        final Map<CallRef, CallUse> uses = new HashMap<>();
        final List<AskedIndexing> askedIndexing = new ArrayList<>();
        final Map<String, GoldEvent> labels = new HashMap<>();

        @Nullable
        BudgetLimits limits;

        void once(@Nullable Object earlier, String kind, @Nullable String entityId, String id) {
            if (earlier != null) {
                repeated.add(new Repeated(kind, entityId, id));
            }
        }
    }

    /** A version of a memory that a call asked to be indexed. */
    record AskedIndexing(String entityId, long callSeq, String memoryId, String version) {}

    /** Collects lines, of one file or of several. */
    static final class Reader {
        private final Collected lines = new Collected();
        private final BitSet queryLines = new BitSet();
        private final Map<String, String> ids = new HashMap<>();
        private @Nullable RunLine run;
        private @Nullable EndLine end;

        private void read(Path file) throws IOException {
            JsonLines.read(file, RolloutLine.class, (line, number, bytes) -> {
                add(line, file, number);
                if (line instanceof QueryLine) {
                    queryLines.set(Math.toIntExact(number));
                }
            });
        }

        /** Takes the next line; {@code file} and {@code number} say where it stands, for messages. */
        void add(RolloutLine line, Path file, long number) throws InvalidRolloutException {
            LineCheck.check(line, run, file, number);
            if (line instanceof RunLine it) {
                requireSameRun(run == null ? null : run.runId(), it.runId(), file, number);
                if (run != null) {
                    throw new InvalidRolloutException(file, number, "expected one run line, found another one");
                }
                requireSameRun(end == null ? null : end.runId(), it.runId(), file, number);
                run = it;
            } else if (line instanceof EndLine it) {
                requireSameRun(run == null ? null : run.runId(), it.runId(), file, number);
                if (end != null) {
                    throw new InvalidRolloutException(file, number, "expected one end line, found another one");
                }
                end = it;
            } else if (line instanceof InputLine it) {
                lines.inputs.add(it);
            } else if (line instanceof LabelLine it) {
                lines.once(
                        lines.labels.putIfAbsent(it.gold().eventId(), it.gold()),
                        "label",
                        null,
                        it.gold().eventId());
            } else if (line instanceof EventLine it) {
                addEvent(it);
            } else if (line instanceof CallLine it) {
                addCall(it, file, number);
            } else if (line instanceof VersionLine it) {
                lines.versions.add(it);
            } else if (line instanceof IndexLine it) {
                lines.indexOperations.add(it);
            } else if (line instanceof QueryLine it) {
                lines.once(lines.queries.putIfAbsent(it.queryId(), light(it)), "query", null, it.queryId());
            } else if (line instanceof DigestLine it) {
                addDigest(it);
            }
        }

        Rollouts finish(Path file) throws InvalidRolloutException {
            if (run == null) {
                throw new InvalidRolloutException(file, "expected one run line, found none");
            }
            return new Rollouts(run, end, lines, queryLines);
        }

        private static void requireSameRun(@Nullable String known, String found, Path file, long number)
                throws InvalidRolloutException {
            if (known != null && !known.equals(found)) {
                throw new InvalidRolloutException(
                        file, number, "expected lines of run " + known + " only, found run " + found);
            }
        }

        /** A parked event that was redriven has a line for each outcome; the lines of several files come in any order. */
        private void addEvent(EventLine event) {
            EventLine other = lines.events.putIfAbsent(event.eventId(), event);
            if (other == null) {
                return;
            }
            EventLine earlier = other.callSeq() < event.callSeq() ? other : event;
            EventLine later = earlier == other ? event : other;
            if (earlier.callSeq() == later.callSeq() || !earlier.outcome().equals(PARKED)) {
                lines.once(other, "event", event.entityId(), event.eventId());
                return;
            }
            lines.events.put(event.eventId(), later);
            lines.redriven.merge(
                    event.eventId(), earlier, (one, another) -> one.callSeq() < another.callSeq() ? one : another);
        }

        private void addCall(CallLine call, Path file, long number) throws InvalidRolloutException {
            if (call.actions().size() != call.results().size()) {
                throw new InvalidRolloutException(
                        file,
                        number,
                        "expected one result for each of " + call.actions().size() + " actions, found "
                                + call.results().size());
            }
            CallRef ref = new CallRef(call.entityId(), call.callSeq());
            long tokensAdded = 0;
            long indexOperations = 0;
            long rejected = 0;
            for (int i = 0; i < call.results().size(); i++) {
                ActionResult result = call.results().get(i);
                MemoryAction action = action(call.actions().get(i), file, number);
                tokensAdded += result.storageTokensDelta();
                if (!result.success()) {
                    rejected++;
                    lines.rejected
                            .computeIfAbsent(ref, any -> new ArrayList<>(1))
                            .add(action);
                } else if (action instanceof MemoryAction.IgnoreEvent ignore) {
                    lines.ignored.add(ignore.eventId());
                } else if (action instanceof MemoryAction.IndexNow || action instanceof MemoryAction.DelayIndex) {
                    indexOperations++;
                    addAsked(ref, result);
                }
            }
            lines.uses.putIfAbsent(ref, new CallUse(tokensAdded, indexOperations, rejected));
            if (lines.limits == null
                    && call.request() != null
                    && !call.request().isNull()) {
                long latency = call.request().at(LATENCY_LIMIT).asLong();
                long storage = call.request().at(STORAGE_LIMIT).asLong();
                long indexing = call.request().at(INDEXING_LIMIT).asLong();
                lines.limits = new BudgetLimits(latency, storage, indexing);
            }
            lines.calls.add(light(call));
        }

        private void addAsked(CallRef call, ActionResult result) {
            String memoryId = result.payload().get("memory_id");
            String version = result.payload().get("version");
            if (memoryId != null && version != null) {
                lines.askedIndexing.add(new AskedIndexing(call.entityId(), call.callSeq(), memoryId, version));
            }
        }

        private static MemoryAction action(JsonNode json, Path file, long number) throws InvalidRolloutException {
            try {
                return Json.MAPPER.treeToValue(json, MemoryAction.class);
            } catch (JsonProcessingException e) {
                throw new InvalidRolloutException(
                        file, number, "expected valid actions, found " + e.getOriginalMessage());
            }
        }

        private void addDigest(DigestLine digest) {
            String entity = digest.entityId();
            if (digest instanceof DigestLine.State it) {
                DigestLine.State other = lines.states.putIfAbsent(entity, it);
                if (other != null && other.calls() == it.calls()) {
                    lines.once(other, "state_digest", entity, entity);
                } else if (other != null && other.calls() < it.calls()) {
                    lines.states.put(entity, it); // a redrive went on where the run had ended
                }
            } else if (digest instanceof DigestLine.Store it) {
                lines.once(lines.stores.putIfAbsent(entity, it), "store_digest", entity, entity);
            } else if (digest instanceof DigestLine.Index it) {
                lines.once(lines.indexes.putIfAbsent(entity, it), "index_digest", entity, entity);
            }
        }

        private static CallLine light(CallLine call) {
            return new CallLine(
                    call.entityId(),
                    call.callSeq(),
                    call.eventIds(),
                    call.outcome(),
                    call.reason(),
                    call.calledAt(),
                    call.answeredAt(),
                    call.decidedAt(),
                    call.streamMs(),
                    null,
                    null,
                    call.repairs().stream()
                            .map(repair -> new CallLine.Repair("", List.of()))
                            .toList(),
                    JsonNodeFactory.instance.arrayNode(0),
                    call.results().stream().filter(result -> !result.success()).toList(),
                    call.promptTokens(),
                    call.completionTokens(),
                    call.llmCalls(),
                    call.httpRetries(),
                    call.reasked(),
                    call.reward());
        }

        private QueryLine light(QueryLine query) {
            return new QueryLine(
                    query.queryId(),
                    query.entityIds(),
                    query.offsetMs(),
                    query.deadlineMs(),
                    "",
                    query.asks(),
                    query.arrivalAt(),
                    query.retrievedAt(),
                    query.answeredAt(),
                    query.readerHits(),
                    query.hits().stream().map(this::light).toList(),
                    query.answer(),
                    query.failure(),
                    query.repairs(),
                    query.promptTokens(),
                    query.completionTokens(),
                    query.llmCalls(),
                    query.httpRetries(),
                    query.gold(),
                    query.verdict(),
                    query.cause(),
                    query.reward());
        }

        private QueryLine.Hit light(QueryLine.Hit hit) {
            return new QueryLine.Hit(
                    shared(hit.memoryId()),
                    hit.version(),
                    hit.score(),
                    "",
                    List.of(),
                    hit.sourceEventIds().stream().map(this::shared).toList(),
                    hit.verbatim(),
                    hit.newestSourceMs());
        }

        /** The same id, held once however many hits name it. */
        private String shared(String id) {
            String known = ids.putIfAbsent(id, id);
            return known == null ? id : known;
        }
    }
}

package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.sqlite.AnswerLog;
import io.fastmemory.connectors.sqlite.RawStore;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.evaluation.metric.Completeness;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.QueryLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a run kept what is promised: each event and query of the input has exactly one line, each bad line is accounted
 * for, state, store and index agree and hold what the lines say, and the model was not asked about what the log held
 * already.
 */
final class RunCheck {
    /**
     * What a stream holds, read as plain JSON before anything bad was put into it.
     *
     * @param events the line of each event, by id
     * @param lines the number of each id's line
     */
    record Input(Map<String, JsonNode> events, Set<String> queryIds, Map<String, Integer> lines) {
        static Input of(Path dataset) throws IOException {
            Input input = new Input(new TreeMap<>(), new TreeSet<>(), new TreeMap<>());
            int number = 0;
            for (String line : Files.readAllLines(dataset.resolve(Dataset.STREAM_FILE))) {
                number++;
                JsonNode record = Json.MAPPER.readTree(line);
                String id;
                if (record.path("kind").asText().equals("event")) {
                    id = record.path("event_id").asText();
                    input.events.put(id, record);
                } else {
                    id = record.path("query_id").asText();
                    input.queryIds.add(id);
                }
                input.lines.put(id, number);
            }
            return input;
        }

        /** What of it was read: everything up to the last line of which anything is in the store. */
        Input read(SqliteFile store, String runId) {
            RawStore raw = new RawStore(store);
            AnswerLog answers = new AnswerLog(store);
            int last = 0;
            for (Map.Entry<String, Integer> line : lines.entrySet()) {
                boolean found = events.containsKey(line.getKey())
                        ? raw.find(runId, line.getKey()).join() != null
                        : answers.isAnswered(runId, line.getKey()).join();
                last = found ? Math.max(last, line.getValue()) : last;
            }
            Input read = new Input(new TreeMap<>(events), new TreeSet<>(queryIds), lines);
            int end = last;
            read.events.keySet().removeIf(id -> lines.getOrDefault(id, Integer.MAX_VALUE) > end);
            read.queryIds.removeIf(id -> lines.getOrDefault(id, Integer.MAX_VALUE) > end);
            return read;
        }
    }

    private final Input input;
    private final Remains remains;
    private final Rollouts rollouts;
    private final boolean drained;
    private final List<String> differences = new ArrayList<>();

    /** @param drained whether the run was ended before its stream did, so that lines of the dataset are missing */
    RunCheck(Input input, Remains remains, boolean drained) {
        this.input = input;
        this.remains = remains;
        this.rollouts = remains.rollouts();
        this.drained = drained;
    }

    /**
     * What does not hold.
     *
     * @param badLines lines that are no event and no query of their own
     * @param maxParked how many events may be parked
     * @param asked what the model was asked
     */
    List<String> differences(long badLines, int maxParked, List<WatchedModel.Asked> asked) {
        recorded(badLines);
        if (parked().size() > maxParked) {
            differences.add("expected at most %d parked events, found %d".formatted(maxParked, parked().size()));
        }
        if (rollouts.redriven() > 0) {
            differences.add("expected no second outcome without a redrive, found " + rollouts.redriven());
        }
        long distinct = rollouts.inputs().stream()
                .map(line -> line.file() + ":" + line.line())
                .distinct()
                .count();
        if (distinct < rollouts.inputs().size()) {
            differences.add("expected one record of each bad line, found "
                    + rollouts.inputs().size() + " of " + distinct);
        }
        askedAgain(asked);
        return differences;
    }

    /**
     * What does not hold after a redrive.
     *
     * @param parked events that were parked before it
     * @param asked what the model was asked by it
     */
    List<String> afterRedrive(long badLines, Set<String> parked, List<WatchedModel.Asked> asked) {
        recorded(badLines);
        parked().forEach(eventId -> differences.add("expected the redrive to decide " + eventId + ", it is parked"));
        for (WatchedModel.Asked request : asked) {
            for (String eventId : request.eventIds()) {
                if (!parked.contains(eventId)) {
                    differences.add("expected the redrive to ask about parked events only, it asked about " + eventId);
                }
            }
        }
        return differences;
    }

    private void recorded(long badLines) {
        remains.summary().reconciliation().differences().stream()
                .filter(difference -> !drained || !difference.kind().equals("lines_missing"))
                .forEach(difference -> differences.add("%s %s %s %s: %s"
                        .formatted(
                                difference.place(),
                                difference.kind(),
                                difference.entityId(),
                                difference.id(),
                                difference.message())));
        String missing = Completeness.missing(rollouts, drained);
        if (missing != null) {
            differences.add(missing);
        }
        compare("outcome of event", input.events().keySet(), ids(rollouts.events(), EventLine::eventId));
        compare("outcome of query", input.queryIds(), ids(rollouts.queries(), QueryLine::queryId));
        compare("undecided line of", parked(), remains.undecided());
        compare("dead letter of", deadLetterInputs(), remains.deadLetters());
        new ContentCheck(remains, new Stamps(Long.valueOf(0).equals(restarts())), differences).check(input.events());
        indexedOnce();
        indexedWell();
        if (rollouts.inputs().size() != badLines) {
            differences.add("expected a line for each of %d bad lines, found %d"
                    .formatted(badLines, rollouts.inputs().size()));
        }
    }

    /** The models of these runs ask once in a call for an operation at a time. */
    private void indexedOnce() {
        Set<String> operations = new HashSet<>();
        for (IndexLine line : rollouts.indexOperations()) {
            String operation = "%s %s/%d by %s of call %d due %d"
                    .formatted(
                            line.operation(),
                            line.memoryId(),
                            line.version(),
                            line.action(),
                            line.callSeq(),
                            line.dueStreamMs());
            if (!operations.add(operation)) {
                differences.add("expected one line of an index operation, found another one: " + operation);
            }
        }
    }

    /** Nothing keeps the index away for as long as a write is tried. */
    private void indexedWell() {
        for (IndexLine line : rollouts.indexOperations()) {
            if (line.error() != null) {
                differences.add("expected no failed index operation, found %s of %s/%d: %s"
                        .formatted(line.operation(), line.memoryId(), line.version(), line.error()));
            }
        }
    }

    long eventsIn() {
        return input.events().size();
    }

    long deadLetters() {
        return rollouts.inputs().size();
    }

    long queries() {
        return rollouts.queries().size();
    }

    /** Events with an outcome. */
    long outcomes() {
        return rollouts.events().size();
    }

    /** Events with this outcome. */
    long outcomes(String outcome) {
        return with(outcome).count();
    }

    /** The events that are parked. */
    Set<String> parked() {
        return with("parked").map(EventLine::eventId).collect(Collectors.toCollection(TreeSet::new));
    }

    private Stream<EventLine> with(String outcome) {
        return rollouts.events().stream().filter(event -> event.outcome().equals(outcome));
    }

    /** Of the job; not known of a run whose submitter did not stay until its end. */
    @Nullable
    Long restarts() {
        return rollouts.end() == null ? null : rollouts.end().restarts();
    }

    private static <T> List<String> ids(Collection<T> lines, Function<T, String> id) {
        return lines.stream().map(id).toList();
    }

    /** Where the lines were read that are recorded as dead letters. */
    private Set<String> deadLetterInputs() {
        return rollouts.inputs().stream()
                .filter(line -> line.outcome().equals("dead_letter"))
                .map(line -> line.file() + ":" + line.line())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void compare(String what, Set<String> expected, List<String> found) {
        Map<String, Integer> counts = new TreeMap<>();
        found.forEach(id -> counts.merge(id, 1, Integer::sum));
        for (String id : expected) {
            int lines = counts.getOrDefault(id, 0);
            counts.remove(id);
            if (lines != 1) {
                differences.add("expected one %s %s, found %d".formatted(what, id, lines));
            }
        }
        counts.forEach((id, lines) -> differences.add("expected no %s %s, found %d".formatted(what, id, lines)));
    }

    /** The endpoint was asked about an event whose decision was on disk by then. */
    private void askedAgain(List<WatchedModel.Asked> asked) {
        for (WatchedModel.Asked request : asked) {
            for (String eventId : request.eventIds()) {
                EventLine event = rollouts.event(eventId);
                if (event != null && request.at().isAfter(event.decidedAt())) {
                    differences.add("expected no question about %s after its decision of %s, found one at %s"
                            .formatted(eventId, event.decidedAt(), request.at()));
                }
            }
        }
    }

    /**
     * What does not hold of a time without the index in which the job failed once: that was the only restart, deciding goes
     * on after it, and index writes wait.
     *
     * @param failures from when to when the job was gone
     */
    List<String> withoutIndex(Outage away, List<Outage> failures) {
        List<String> broken = new ArrayList<>();
        Long restarts = restarts();
        if (restarts == null || restarts != 1) {
            broken.add("expected one restart of the job, found " + restarts);
        }
        if (failures.size() != 1
                || !away.covers(failures.get(0).struck())
                || !away.covers(failures.get(0).restored())) {
            broken.add("expected the job to fail and start again once while the index was away: " + failures);
            return broken;
        }
        Outage after = new Outage(failures.get(0).restored(), away.restored());
        if (rollouts.events().stream().noneMatch(event -> after.covers(event.decidedAt()))) {
            broken.add("expected decisions after the job's failure while the index was away, found none from "
                    + after.struck() + " to " + after.restored());
        }
        if (rollouts.indexOperations().stream().noneMatch(line -> waited(line, away))) {
            broken.add("expected index operations to wait while the index was away, none did");
        }
        return broken;
    }

    private static boolean waited(IndexLine line, Outage away) {
        return away.covers(line.requestedAt())
                && line.acknowledgedAt() != null
                && line.acknowledgedAt().isAfter(away.restored());
    }

    /**
     * The longest time from one of these strikes to the first decision after its end, in seconds; what was left running goes on
     * deciding in between.
     */
    @Nullable
    Double recoverySeconds(List<Outage> outages) {
        Double longest = null;
        for (Outage outage : outages) {
            Instant next = rollouts.events().stream()
                    .map(EventLine::decidedAt)
                    .filter(decided -> decided.isAfter(outage.restored()))
                    .min(Instant::compareTo)
                    .orElse(null);
            if (next != null) {
                double seconds = Duration.between(outage.struck(), next).toMillis() / 1e3;
                longest = longest == null ? seconds : Math.max(longest, seconds);
            }
        }
        return longest;
    }
}

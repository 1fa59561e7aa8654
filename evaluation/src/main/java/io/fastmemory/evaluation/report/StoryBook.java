package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.report.Stories.EventStory;
import io.fastmemory.evaluation.report.Stories.EventText;
import io.fastmemory.evaluation.report.Stories.HitStory;
import io.fastmemory.evaluation.report.Stories.QueryStory;
import io.fastmemory.evaluation.report.Stories.Told;
import io.fastmemory.model.Answer;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.VersionLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the stories of a run's queries: of all, or evenly spaced ones of a run with very many. */
final class StoryBook {
    /** The most queries that are told. */
    static final int MAX_QUERIES = 1_500;

    private static final int MAX_HITS = 10;

    private final Rollouts rollouts;
    private final RunClock clock;
    private final List<QueryLine> chosen;
    private final Map<String, SortedSet<String>> memoriesByEvent = new HashMap<>();
    private final SortedSet<String> evidence = new TreeSet<>();

    private StoryBook(Rollouts rollouts) {
        this.rollouts = rollouts;
        this.clock = new RunClock(rollouts.run().startedAt());
        this.chosen = chosen(rollouts);
    }

    /** The stories; {@code file} is the one the rollouts were read from. */
    static Stories of(Rollouts rollouts, Path file) throws IOException {
        StoryBook book = new StoryBook(rollouts);
        book.chosen.forEach(query -> query.gold().required().forEach(it -> book.evidence.addAll(it.evidence())));
        Set<String> memories = book.memories();
        Set<String> calls = book.evidence.stream()
                .map(rollouts::event)
                .filter(Objects::nonNull)
                .map(event -> Stories.callKey(event.entityId(), event.callSeq()))
                .collect(Collectors.toSet());
        Set<String> queries = book.chosen.stream().map(QueryLine::queryId).collect(Collectors.toSet());
        Told told = StoryTexts.read(file, calls, queries, book.clock);

        return new Stories(
                rollouts.queries().size(),
                Clipped.LIMIT,
                book.chosen.stream().map(query -> book.story(query, told)).toList(),
                book.events(told),
                new TreeMap<>(told.calls()),
                MemoryStories.of(rollouts, memories, book.clock));
    }

    private static List<QueryLine> chosen(Rollouts rollouts) {
        List<QueryLine> all = rollouts.queries().stream()
                .sorted(Comparator.comparing(QueryLine::arrivalAt)
                        .thenComparing(QueryLine::offsetMs)
                        .thenComparing(QueryLine::queryId))
                .toList();
        int count = Math.min(all.size(), MAX_QUERIES);
        List<QueryLine> chosen = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            chosen.add(all.get((int) ((long) i * all.size() / count)));
        }
        return chosen;
    }

    /** Ids of the memories that rest on the evidence or are among the hits told; notes which rest on which event. */
    private Set<String> memories() {
        Set<String> wanted = new HashSet<>();
        for (VersionLine version : rollouts.versions()) {
            for (String eventId : version.memory().sourceEventIds()) {
                if (evidence.contains(eventId)) {
                    String memoryId = version.memory().memoryId();
                    wanted.add(memoryId);
                    memoriesByEvent
                            .computeIfAbsent(eventId, any -> new TreeSet<>())
                            .add(memoryId);
                }
            }
        }
        for (QueryLine query : chosen) {
            query.hits().stream().limit(MAX_HITS).forEach(hit -> wanted.add(hit.memoryId()));
        }
        return wanted;
    }

    private SortedMap<String, EventStory> events(Told told) {
        SortedMap<String, EventStory> events = new TreeMap<>();
        for (String eventId : evidence) {
            EventLine line = rollouts.event(eventId);
            if (line != null) {
                events.put(eventId, story(line, told.events().getOrDefault(eventId, EventText.UNKNOWN)));
            }
        }
        return events;
    }

    private EventStory story(EventLine event, EventText text) {
        GoldEvent label = rollouts.label(event.eventId());
        return new EventStory(
                event.entityId(),
                label == null ? null : label.category().name().toLowerCase(Locale.ROOT),
                text.source(),
                text.text(),
                clock.millis(event.arrivalAt()),
                clock.millis(event.rawCommittedAt()),
                clock.millis(event.calledAt()),
                clock.millis(event.decidedAt()),
                event.outcome(),
                Clipped.orNull(event.reason()),
                event.callSeq(),
                List.copyOf(memoriesByEvent.getOrDefault(event.eventId(), new TreeSet<>())));
    }

    private QueryStory story(QueryLine query, Told told) {
        List<HitStory> hits = query.hits().stream()
                .limit(MAX_HITS)
                .map(hit -> new HitStory(hit.memoryId(), hit.version(), Math.round(hit.score() * 1e4) / 1e4))
                .toList();
        return new QueryStory(
                query.queryId(),
                query.entityIds(),
                told.queries().getOrDefault(query.queryId(), ""),
                query.asks(),
                clock.millis(query.arrivalAt()),
                clock.millisOrNull(query.retrievedAt()),
                clock.millis(query.answeredAt()),
                query.deadlineMs(),
                query.readerHits(),
                hits,
                query.hits().size() - hits.size(),
                clipped(query.answer()),
                Clipped.orNull(query.failure()),
                query.repairs(),
                query.gold(),
                query.verdict(),
                query.cause(),
                query.reward() == null ? null : (Double) query.reward().total());
    }

    private static @Nullable Answer clipped(@Nullable Answer answer) {
        return answer == null
                ? null
                : new Answer(
                        answer.answers().stream()
                                .map(it -> new Answer.AskAnswer(it.askId(), Clipped.text(it.value()), it.citations()))
                                .toList(),
                        Clipped.text(answer.text()),
                        answer.abstained());
    }
}

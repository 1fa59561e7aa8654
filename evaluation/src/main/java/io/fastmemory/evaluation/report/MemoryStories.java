package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.report.Stories.IndexStory;
import io.fastmemory.evaluation.report.Stories.VersionStory;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.VersionLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The versions of memories with what the index did with each, by memory id. */
final class MemoryStories {
    private record VersionId(String memoryId, int version) {}

    private MemoryStories() {}

    /** Those of the wanted memories; versions in their order. */
    static SortedMap<String, List<VersionStory>> of(Rollouts rollouts, Set<String> wanted, RunClock clock) {
        Map<VersionId, List<IndexStory>> index = index(rollouts, wanted, clock);
        SortedMap<String, List<VersionStory>> memories = new TreeMap<>();
        rollouts.versions().stream()
                .filter(line -> wanted.contains(line.memory().memoryId()))
                .sorted(Comparator.comparingInt(
                                (VersionLine line) -> line.memory().version())
                        .thenComparing(VersionLine::committedAt))
                .forEach(line -> memories.computeIfAbsent(line.memory().memoryId(), any -> new ArrayList<>())
                        .add(story(line, index, clock)));
        return memories;
    }

    private static VersionStory story(VersionLine line, Map<VersionId, List<IndexStory>> index, RunClock clock) {
        VersionId id = new VersionId(line.memory().memoryId(), line.memory().version());
        return new VersionStory(
                line.memory().version(),
                line.memory().status().name().toLowerCase(Locale.ROOT),
                Clipped.text(line.memory().content()),
                line.memory().facts(),
                line.memory().sourceEventIds(),
                line.memory().tokens(),
                clock.millis(line.committedAt()),
                index.getOrDefault(id, List.of()));
    }

    private static Map<VersionId, List<IndexStory>> index(Rollouts rollouts, Set<String> wanted, RunClock clock) {
        Map<VersionId, List<IndexStory>> index = new HashMap<>();
        rollouts.indexOperations().stream()
                .filter(line -> wanted.contains(line.memoryId()))
                .sorted(Comparator.comparing(IndexLine::requestedAt).thenComparing(IndexLine::operation))
                .forEach(line -> index.computeIfAbsent(
                                new VersionId(line.memoryId(), line.version()), any -> new ArrayList<>())
                        .add(new IndexStory(
                                line.operation(),
                                line.action(),
                                clock.millis(line.requestedAt()),
                                clock.millisOrNull(line.visibleAt()),
                                line.superseded(),
                                Clipped.orNull(line.error()))));
        return index;
    }
}

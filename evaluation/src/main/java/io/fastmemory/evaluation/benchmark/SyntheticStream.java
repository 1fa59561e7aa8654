package io.fastmemory.evaluation.benchmark;

import io.fastmemory.datagen.DatasetWriter;
import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A stream of plain facts that come to every entity in turn, without queries: the load of a benchmark.
 *
 * @param events number of events
 * @param entities number of entities, which take turns
 * @param slotMillis the timeline has one slot of this length for each event, at a random place of which it comes; 0 puts
 *     all events at its start
 * @param seed seed of places and values: the same seed gives the same bytes
 */
public record SyntheticStream(int events, int entities, int slotMillis, long seed) {
    private static final String MODE = "benchmark";

    public SyntheticStream {
        if (events < 1 || entities < 1 || slotMillis < 0) {
            throw new IllegalArgumentException("events and entities must be at least 1, slotMillis not negative: "
                    + events + ", " + entities + ", " + slotMillis);
        }
    }

    /** The shortest time between two events of one entity on the timeline. */
    public long shortestGapMillis() {
        return Math.max(0, (entities - 1L) * slotMillis + 1);
    }

    /** Writes the dataset folder; one that is there is replaced. */
    public Dataset writeTo(Path folder) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        try (DatasetWriter writer = DatasetWriter.open(folder, false)) {
            for (int i = 0; i < events; i++) {
                long offsetMs = (long) i * slotMillis + (slotMillis == 0 ? 0 : random.nextInt(slotMillis));
                write(writer, i, offsetMs, random.nextInt(1_000, 10_000));
            }
            return writer.finish(
                    MODE + "-" + events, MODE, seed, GeneratorConfig.DEFAULT_EPOCH, "benchmark-1", Map.of());
        }
    }

    private void write(DatasetWriter writer, int number, long offsetMs, int value) throws IOException {
        String eventId = "b" + number;
        String subject = "locker " + number;
        Event event = new Event(
                eventId,
                "entity-" + number % entities,
                Scope.USER,
                null,
                offsetMs,
                null,
                MODE,
                "The code of " + subject + " is " + value + " as of this morning.",
                Urgency.NORMAL,
                Map.of());
        Fact fact = new Fact(subject, "code", Integer.toString(value), List.of(), null);
        writer.event(event, new GoldEvent(eventId, EventCategory.USEFUL_FACT, List.of(fact), null, List.of(), null));
    }
}

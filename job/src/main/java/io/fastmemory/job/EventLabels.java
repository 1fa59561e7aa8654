package io.fastmemory.job;

import io.fastmemory.job.source.GoldLines;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.LabelLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.timeline.GoldLine;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Copies the labels of a dataset's events into a run's rollouts, one line at a time; the job never sees the copy. */
final class EventLabels {
    private EventLabels() {}

    /**
     * Writes the label of each event as a line of rollouts.
     *
     * @throws io.fastmemory.model.timeline.LineException naming file, line and field of a label that cannot be read
     */
    static void copy(Path gold, Path target) throws IOException {
        Files.createDirectories(target.toAbsolutePath().getParent());
        Path written = target.resolveSibling(target.getFileName() + ".writing");
        try (BufferedWriter out = Files.newBufferedWriter(written)) {
            GoldLines.read(gold.toUri().toString(), line -> events(line).forEach(event -> write(event, out)));
        }
        Files.move(written, target, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(GoldEvent event, BufferedWriter out) {
        try {
            out.write(Json.MAPPER.writerFor(RolloutLine.class).writeValueAsString(new LabelLine(event)));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the label of event " + event.eventId(), e);
        }
    }

    /** The event's label a line holds, or none if it holds a query's. */
    private static List<GoldEvent> events(GoldLine line) {
        return line.match(new GoldLine.Cases<List<GoldEvent>>() {
            @Override
            public List<GoldEvent> event(GoldEvent gold) {
                return List.of(gold);
            }

            @Override
            public List<GoldEvent> query(GoldQuery gold) {
                return List.of();
            }
        });
    }
}

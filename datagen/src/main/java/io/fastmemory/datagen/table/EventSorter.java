package io.fastmemory.datagen.table;

import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Event;
import io.fastmemory.model.Query;
import io.fastmemory.model.timeline.DatasetLines;
import io.fastmemory.model.timeline.TimelineLine;
import io.fastmemory.model.timeline.TimelineParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts any number of events by their offset; those of one offset keep their order.
 *
 * <p>Up to a bound they are sorted in memory; beyond it, sorted runs of that size go to temporary files, which are merged
 * while they are read back. So memory holds one run, and one event of each file.
 */
final class EventSorter implements Closeable {
    private final int runSize;
    private final List<Event> run = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final PriorityQueue<Head> heads = new PriorityQueue<>();
    private int next;
    private boolean merging;

    EventSorter(int runSize) {
        this.runSize = runSize;
    }

    /** The next event of one run in a file. */
    private static final class Head implements Comparable<Head> {
        private final int run;
        private final BufferedReader lines;
        private Event event;

        Head(int run, BufferedReader lines, Event event) {
            this.run = run;
            this.lines = lines;
            this.event = event;
        }

        @Override
        public int compareTo(Head other) {
            return event.offsetMs() == other.event.offsetMs()
                    ? Integer.compare(run, other.run)
                    : Long.compare(event.offsetMs(), other.event.offsetMs());
        }
    }

    void add(Event event) throws IOException {
        run.add(event);
        if (run.size() >= runSize) {
            spill();
        }
    }

    /** The next event in order, or {@code null} after the last; from the first call on nothing can be added. */
    @Nullable
    Event next() throws IOException {
        if (!merging) {
            merging = true;
            startMerge();
        }
        if (files.isEmpty()) {
            return next < run.size() ? run.get(next++) : null;
        }
        Head head = heads.poll();
        if (head == null) {
            return null;
        }
        Event event = head.event;
        Event following = read(head.lines);
        if (following == null) {
            head.lines.close();
        } else {
            head.event = following;
            heads.add(head);
        }
        return event;
    }

    private void startMerge() throws IOException {
        if (files.isEmpty()) {
            run.sort(Comparator.comparingLong(Event::offsetMs));
            return;
        }
        spill();
        for (int i = 0; i < files.size(); i++) {
            BufferedReader lines = Files.newBufferedReader(files.get(i), StandardCharsets.UTF_8);
            Event first = read(lines);
            if (first != null) {
                heads.add(new Head(i, lines, first));
            }
        }
    }

    private void spill() throws IOException {
        if (run.isEmpty()) {
            return;
        }
        run.sort(Comparator.comparingLong(Event::offsetMs));
        Path file = Files.createTempFile("fmw-sort", ".jsonl");
        files.add(file);
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            for (Event event : run) {
                out.write(DatasetLines.of(event));
                out.write('\n');
            }
        }
        run.clear();
    }

    private static @Nullable Event read(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        return line == null
                ? null
                : TimelineParser.parse("sorted run", 1, line).match(new TimelineLine.Cases<>() {
                    @Override
                    public Event event(Event event) {
                        return event;
                    }

                    @Override
                    public Event query(Query query) {
                        throw new IllegalStateException("a query among sorted events: " + query.queryId());
                    }

                    @Override
                    public Event unusable(DeadLetter deadLetter) {
                        throw new IllegalStateException(deadLetter.message());
                    }
                });
    }

    /** Removes the temporary files. */
    @Override
    public void close() throws IOException {
        for (Head head : heads) {
            head.lines.close();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}

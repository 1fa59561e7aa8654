package io.fastmemory.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;

/** Records are released when they are intended to arrive, and one that is held is not lost. */
class PacedSourceTest {
    private static final Instant NOW = Instant.parse("2026-06-01T08:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private final Released released = new Released();

    @Test
    void releasesAtOnceWhatIsDueOrLate() throws Exception {
        Instant late = NOW.minusSeconds(3);
        try (PacedReader<Instant, Place> reader = paced(CLOCK, late, NOW)) {
            assertThat(reader.pollNext(released)).isEqualTo(InputStatus.MORE_AVAILABLE);
            assertThat(reader.pollNext(released)).isEqualTo(InputStatus.MORE_AVAILABLE);
            assertThat(reader.pollNext(released)).isEqualTo(InputStatus.END_OF_INPUT);

            assertThat(released.records).containsExactly(late, NOW);
        }
    }

    @Test
    void isNotAvailableBeforeTheRecordIsDue() throws Exception {
        Clock clock = Clock.systemUTC();
        Instant due = clock.instant().plusMillis(700);
        try (PacedReader<Instant, Place> reader = paced(clock, due)) {
            assertThat(reader.pollNext(released)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            assertThat(reader.pollNext(released)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
            assertThat(released.records).isEmpty();

            reader.isAvailable().get(1, TimeUnit.MINUTES);

            assertThat(clock.instant()).isAfterOrEqualTo(due);
            assertThat(reader.pollNext(released)).isEqualTo(InputStatus.MORE_AVAILABLE);
            assertThat(released.records).containsExactly(due);
        }
    }

    @Test
    void holdsWhatIsDueInTheFarFuture() throws Exception {
        try (PacedReader<Instant, Place> reader = paced(CLOCK, Instant.MAX)) {
            assertThat(reader.pollNext(released)).isEqualTo(InputStatus.NOTHING_AVAILABLE);

            assertThat(reader.isAvailable()).isNotDone();
        }
    }

    @Test
    void readsAHeldRecordAgainAfterAFailure() throws Exception {
        Instant future = NOW.plus(Duration.ofDays(1));
        List<Place> state;
        try (PacedReader<Instant, Place> reader = paced(CLOCK, NOW, future, future.plusMillis(1))) {
            reader.pollNext(released);
            assertThat(reader.snapshotState(1)).as("one is out, none held").containsExactly(new Place("file", 1));
            reader.pollNext(released);
            reader.addSplits(List.of(new Place("other file", 0)));

            state = reader.snapshotState(2);
        }
        assertThat(state).containsExactly(new Place("file", 1), new Place("other file", 0));

        Clock dayAfter = Clock.offset(CLOCK, Duration.ofDays(1));
        try (PacedReader<Instant, Place> restored = new PacedReader<>(
                new ListReader(List.of(NOW, future, future.plusMillis(1)), state.get(0)), due -> due, dayAfter)) {
            restored.pollNext(released);

            assertThat(released.records).containsExactly(NOW, future);
        }
    }

    @Test
    void expectsALineAtItsOffset() {
        IntendedArrival arrival = new IntendedArrival(NOW, Speed.parse("2x"));

        assertThat(arrival.apply(line("{\"attributes\":{\"offset_ms\":1},\"list\":[1],\"offset_ms\":3000,\"x\":")))
                .isEqualTo(NOW.plusMillis(1_500));
    }

    @Test
    void expectsEveryLineAtTheRunStartWhenItIsNotPaced() {
        assertThat(new IntendedArrival(NOW, Speed.MAX).apply(line("{\"offset_ms\":3000}")))
                .isEqualTo(NOW);
    }

    @Test
    void keepsNoLineThatShowsNoUsableOffset() {
        IntendedArrival arrival = new IntendedArrival(NOW, Speed.parse("2x"));

        for (String text : List.of(
                "{\"offset_ms\":",
                "{\"offset_ms\":\"soon\"}",
                "{\"offset_ms\":99999999999999999999999}",
                "{\"offset_ms\":9007199254740991}",
                "{\"kind\":\"event\"}",
                "[3]",
                "no JSON")) {
            assertThat(arrival.apply(line(text))).as(text).isBefore(NOW);
        }
    }

    private static InputLine line(String text) {
        return new InputLine("stream.jsonl", 1, text.getBytes(StandardCharsets.UTF_8));
    }

    private static PacedReader<Instant, Place> paced(Clock clock, Instant... records) {
        return new PacedReader<>(new ListReader(List.of(records), new Place("file", 0)), due -> due, clock);
    }

    private static final class Released implements ReaderOutput<Instant> {
        private final List<Instant> records = new ArrayList<>();

        @Override
        public void collect(Instant due) {
            records.add(due);
        }

        @Override
        public void collect(Instant due, long timestamp) {
            throw new AssertionError("times are given behind the source");
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            throw new AssertionError("stream time is given behind the source");
        }

        @Override
        public void markIdle() {
            throw new AssertionError("stream time never goes idle");
        }

        @Override
        public void markActive() {
            throw new AssertionError("stream time never goes idle");
        }

        @Override
        public SourceOutput<Instant> createOutputForSplit(String splitId) {
            throw new AssertionError("records come out in one order");
        }

        @Override
        public void releaseOutputForSplit(String splitId) {
            throw new AssertionError("records come out in one order");
        }
    }

    /** So far a file was read. */
    private record Place(String file, int next) implements SourceSplit {
        @Override
        public String splitId() {
            return file;
        }
    }

    /** Reads a list from a place on. */
    private static final class ListReader implements SourceReader<Instant, Place> {
        private final List<Instant> records;
        private final List<Place> others = new ArrayList<>();
        private Place place;

        ListReader(List<Instant> records, Place place) {
            this.records = records;
            this.place = place;
        }

        @Override
        public InputStatus pollNext(ReaderOutput<Instant> output) {
            if (place.next() == records.size()) {
                return InputStatus.END_OF_INPUT;
            }
            output.createOutputForSplit(place.file()).collect(records.get(place.next()));
            place = new Place(place.file(), place.next() + 1);
            return InputStatus.MORE_AVAILABLE;
        }

        @Override
        public List<Place> snapshotState(long checkpointId) {
            List<Place> state = new ArrayList<>(List.of(place));
            state.addAll(others);
            return state;
        }

        @Override
        public void addSplits(List<Place> splits) {
            others.addAll(splits);
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void start() {}

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void handleSourceEvents(SourceEvent event) {}

        @Override
        public void close() {}
    }
}

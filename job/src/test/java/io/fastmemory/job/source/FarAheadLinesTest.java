package io.fastmemory.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FarAheadLinesTest {
    private static final long MAX_AHEAD = 1_000;
    private static final long FAR = 1_000_000;

    @Test
    void marksALineThatTheRestWouldWaitFor() throws IOException {
        assertThat(marked(0, 10, FAR, 20, 30)).containsExactly(FAR);
    }

    @Test
    void marksTheFirstLineToo() throws IOException {
        assertThat(marked(FAR, 10, 20, 30)).containsExactly(FAR);
    }

    @Test
    void marksSeveralInARow() throws IOException {
        long[] offsets = LongStream.concat(LongStream.of(5, FAR, FAR + 1, 2 * FAR), LongStream.rangeClosed(10, 30))
                .toArray();

        assertThat(marked(offsets)).containsExactly(FAR, FAR + 1, 2 * FAR);
    }

    @Test
    void takesAPauseForNone() throws IOException {
        assertThat(marked(0, 10, FAR, FAR + 10, FAR + 20)).isEmpty();
    }

    @Test
    void takesTheLastLineForNoneAsNothingWaitsForIt() throws IOException {
        assertThat(marked(0, 10, FAR)).isEmpty();
    }

    @Test
    void doesNotMindALineThatComesLate() throws IOException {
        assertThat(marked(FAR, FAR + 10, 0, FAR + 20, FAR + 30, FAR + 40)).isEmpty();
        assertThat(marked(0, FAR, 10, FAR + 10, FAR + 20, FAR + 30))
                .as("right after a pause")
                .isEmpty();
    }

    @Test
    void allowsWhatIsAheadByNoMoreThanSaid() throws IOException {
        assertThat(marked(0, MAX_AHEAD, 0, 10)).isEmpty();
        assertThat(marked(0, MAX_AHEAD + 1, 0, 0)).containsExactly(MAX_AHEAD + 1);
    }

    @Test
    void passesOnEveryLineInItsOrderWhateverItLooksLike() throws IOException {
        List<InputLine> lines = new ArrayList<>(lines(0, FAR, 10, 2 * FAR, 20, 30, 40));
        lines.add(2, new InputLine("stream.jsonl", 77, "no json".getBytes(StandardCharsets.UTF_8)));
        lines.add(3, new InputLine("stream.jsonl", 78, new byte[3 << 20]));

        assertThat(read(lines))
                .extracting(InputLine::bytes)
                .isEqualTo(lines.stream().map(InputLine::bytes).toList());
    }

    private static List<Long> marked(long... offsets) throws IOException {
        return read(lines(offsets)).stream()
                .filter(InputLine::farAhead)
                .map(IntendedArrival::offsetMs)
                .toList();
    }

    private static List<InputLine> lines(long... offsets) {
        return Arrays.stream(offsets)
                .mapToObj(offset -> "{\"offset_ms\":" + offset + "}")
                .map(text -> new InputLine("stream.jsonl", 1, text.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static List<InputLine> read(List<InputLine> lines) throws IOException {
        Deque<InputLine> left = new ArrayDeque<>(lines);
        List<InputLine> read = new ArrayList<>();
        try (FarAheadLines reader = new FarAheadLines(
                new StreamFormat.Reader<>() {
                    @Override
                    public @Nullable InputLine read() {
                        return left.poll();
                    }

                    @Override
                    public void close() {
                        // nothing is open
                    }
                },
                MAX_AHEAD)) {
            for (InputLine line = reader.read(); line != null; line = reader.read()) {
                read.add(line);
            }
        }
        return read;
    }
}

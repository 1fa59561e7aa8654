package io.fastmemory.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineScanTest {
    @TempDir
    private Path folder;

    @Test
    void knowsHowLongTheTimelineIs() throws IOException {
        TimelineScan scan = scan(offsets(0, 500, 500, 30_000));

        assertThat(scan.longestMs()).isEqualTo(30_000);
        assertThat(scan.notes()).isEmpty();
    }

    @Test
    void namesALineThatIsFarAheadOnce() throws IOException {
        TimelineScan scan = scan(offsets(0, 1_000, 900_000, 2_000, 3_000, 4_000));

        assertThat(scan.notes())
                .containsExactly(
                        "stream.jsonl line 3: offset_ms 900000 is followed by smaller offsets, which wait for it");
    }

    @Test
    void doesNotCountALineThatNothingWaitsFor() throws IOException {
        TimelineScan scan = scan(offsets(0, 1_000, 315_360_000_000_000L, 2_000, 3_000));

        assertThat(scan.longestMs()).isEqualTo(3_000);
        assertThat(scan.notes())
                .containsExactly("stream.jsonl line 3: offset_ms 315360000000000 is far ahead of the lines around it,"
                        + " which will not wait for it: it becomes a dead letter");
    }

    @Test
    void countsWhatItDoesNotName() throws IOException {
        TimelineScan scan = scan(offsets(10, 5, 20, 15, 30, 25, 40, 35, 50, 45));

        assertThat(scan.notes())
                .hasSize(4)
                .contains("stream.jsonl line 5: offset_ms 30 is followed by smaller offsets, which wait for it")
                .last()
                .isEqualTo("stream.jsonl: 2 more lines are ahead of what follows them");
    }

    @Test
    void passesOverWhatHasNoOffset() throws IOException {
        TimelineScan scan = scan(List.of(
                "{\"offset_ms\":7}",
                "not json",
                "",
                "{\"event_id\":\"e\"}",
                "{\"offset_ms\":\"5\"}",
                "{\"offset_ms\":-3}",
                "{\"offset_ms\":9223372036854775807}"));

        assertThat(scan.longestMs()).isEqualTo(7);
        assertThat(scan.notes()).isEmpty();
    }

    @Test
    void takesAnEmptyTimelineForOneWithoutLength() throws IOException {
        assertThat(scan(List.of()).longestMs()).isZero();
    }

    private static List<String> offsets(long... offsets) {
        return LongStream.of(offsets)
                .mapToObj(offset -> "{\"kind\":\"event\",\"text\":{\"offset_ms\":1},\"offset_ms\":" + offset + "}")
                .toList();
    }

    private TimelineScan scan(List<String> lines) throws IOException {
        Path file = folder.resolve("stream.jsonl");
        Files.write(file, lines);
        return TimelineScan.of(file.toString(), Duration.ofHours(1));
    }
}

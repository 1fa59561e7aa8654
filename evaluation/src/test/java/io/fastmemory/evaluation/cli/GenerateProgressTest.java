package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GenerateProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long nanos;

    private void seconds(double seconds) {
        nanos = (long) (seconds * 1e9);
    }

    @Test
    void drawsABarOnATerminalAndTakesItAway() {
        try (GenerateProgress progress = new GenerateProgress(out, true, 1_000, () -> nanos)) {
            seconds(0.05);
            progress.accept(100);
            assertThat(bytes.size()).isZero();
            seconds(0.5);
            progress.accept(500);
            assertThat(bytes.toString(StandardCharsets.UTF_8))
                    .startsWith("\r[####################....................]  50 %  500 of 1,000 events, 1,000/s");
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith(" \r").doesNotContain("\n");
    }

    @Test
    void writesALineNowAndThenElsewhere() {
        try (GenerateProgress progress = new GenerateProgress(out, false, 1_000, () -> nanos)) {
            for (int i = 1; i <= 100; i++) {
                seconds(i / 10.0);
                progress.accept(i * 10L);
            }
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "fmw generate: 50 %  500 of 1,000 events, 100/s",
                        "fmw generate: 100 %  1,000 of 1,000 events, 100/s");
    }

    @Test
    void saysNothingOfWhatIsQuick() {
        try (GenerateProgress progress = new GenerateProgress(out, false, 10, () -> nanos)) {
            seconds(1);
            progress.accept(10);
        }

        assertThat(bytes.size()).isZero();
    }
}

package io.fastmemory.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpeedTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({"1x,1,1x", "20x,20,20x", "20X,20,20x", "0.5x,0.5,0.5x", "3,3,3x", "max,0,max", "MAX,0,max"})
    void readsWhatTheCommandLineSays(String text, double factor, String shown) {
        assertThat(Speed.parse(text).factor()).isEqualTo(factor);
        assertThat(Speed.parse(text)).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "fast", "0x", "-1x", "NaN", "Infinityx", "1000001x", "1 x 2"})
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> Speed.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a speed")
                .hasMessageContaining(text);
    }

    @Test
    void setsArrivalsByTheOffset() {
        assertThat(Speed.parse("20x").arrival(START, 10_000)).isEqualTo(START.plusMillis(500));
        assertThat(Speed.parse("3x").arrival(START, 1)).isEqualTo(START.plusNanos(333_333));
        assertThat(Speed.MAX.arrival(START, 10_000)).isEqualTo(START);
    }

    @Test
    void tellsStreamTimeFromTheClock() {
        assertThat(Speed.parse("20x").streamMs(START, START.plusMillis(500))).isEqualTo(10_000);
        assertThat(Speed.parse("1x").streamMs(START, START.minusMillis(3))).isEqualTo(-3);
    }
}

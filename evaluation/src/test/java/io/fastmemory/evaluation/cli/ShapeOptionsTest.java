package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.datagen.StreamShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ShapeOptionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--skew=NaN           | expected --skew from 0 to 4: found NaN",
                "--skew=Infinity      | expected --skew from 0 to 4: found Infinity",
                "--skew=-0.1          | expected --skew from 0 to 4: found -0.1",
                "--skew=4.1           | expected --skew from 0 to 4: found 4.1",
                "--skew=42949672.97   | expected --skew from 0 to 4: found 4.294967297E7",
                "--distances=1,2147484 | expected --distances of at most 2147483 seconds: found 2147484"
            })
    void namesTheOptionThatIsOutOfBounds(String option, String message) {
        ShapeOptions options = CommandLine.populateCommand(new ShapeOptions(), option);

        assertThatThrownBy(() -> options.apply(StreamShape.medium()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"--events", "--queries", "--entities", "--events-per-minute", "--noise", "--bursts", "--burst-share"})
    void namesTheOptionThatIsNoNumber(String option) {
        assertThatThrownBy(() -> CommandLine.populateCommand(new ShapeOptions(), option + "=NaN"))
                .hasMessageContaining("'" + option + "'")
                .hasMessageContaining("'NaN'");
    }

    @Test
    void takesTheEndsOfARange() {
        ShapeOptions options = CommandLine.populateCommand(new ShapeOptions(), "--skew=4", "--distances=1,2147483");

        StreamShape shape = options.apply(StreamShape.medium());

        assertThat(shape.pressure().zipfPercent()).isEqualTo(400);
        assertThat(shape.distancesMillis()).containsExactly(1_000, 2_147_483_000);
    }
}

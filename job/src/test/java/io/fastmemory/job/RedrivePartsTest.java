package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedrivePartsTest {
    @TempDir
    private Path run;

    private JobConfig config;

    @BeforeEach
    void configure() {
        config = JobConfig.from(
                Configuration.fromMap(Map.of(
                        JobOptions.RUN_ID.key(),
                        "r1",
                        JobOptions.OUTPUT_PATH.key(),
                        run.toString(),
                        JobOptions.DATASET_PATH.key(),
                        run.toString(),
                        JobOptions.INDEX_URL.key(),
                        "http://localhost")),
                Instant.EPOCH);
    }

    @Test
    void aRedriveWatchesForTheWritesOfOneBeforeItThatDidNotComeToItsEnd() throws IOException {
        assertThat(RedriveParts.begin(config))
                .as("the first one follows no other")
                .isFalse();
        assertThat(RedriveParts.begin(config)).as("the first one was killed").isTrue();
        RedriveParts.show(config);
        assertThat(RedriveParts.begin(config))
                .as("the one before came to its end")
                .isFalse();
    }

    @Test
    void whatAKilledRedriveWroteIsNeitherShownNorKept() throws IOException {
        RedriveParts.begin(config);
        Path half = Files.createDirectories(RedriveParts.hidden(config).resolve("raw_rollouts/2026-12-01--00"));
        Files.writeString(half.resolve("part-0-0"), "half");

        RedriveParts.begin(config);
        RedriveParts.show(config);

        assertThat(run.resolve("parts/redrive-1")).isEmptyDirectory();
    }

    @Test
    void redrivesAreShownOneBehindTheOther() throws IOException {
        for (int number = 1; number <= 3; number++) {
            RedriveParts.begin(config);
            Files.writeString(RedriveParts.hidden(config).resolve("of"), Integer.toString(number));
            RedriveParts.show(config);
        }

        for (int number = 1; number <= 3; number++) {
            assertThat(run.resolve("parts/redrive-" + number + "/of")).hasContent(Integer.toString(number));
        }
        assertThat(RedriveParts.hidden(config)).doesNotExist();
    }
}

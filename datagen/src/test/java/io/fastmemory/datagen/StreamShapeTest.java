package io.fastmemory.datagen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.datagen.GeneratorConfig.Pressure;
import io.fastmemory.datagen.StreamShape.Shares;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams of any shape keep the rules of a dataset, and shapes that cannot be are refused. */
class StreamShapeTest {
    private static final StreamShape MEDIUM = StreamShape.medium();

    static Stream<StreamShape> shapes() {
        Pressure pressure = MEDIUM.pressure();
        return Stream.of(
                MEDIUM.withSize(20, 0, 4),
                MEDIUM.withSize(30, 10, 4),
                MEDIUM.withSize(500, 50, 10),
                MEDIUM.withSize(3_333, 1_111, 77),
                MEDIUM.withSize(2_000, 7, 40),
                MEDIUM.withSize(2_000, 100, 3_000),
                MEDIUM.withSize(2_000, 300, 40).withRate(60),
                MEDIUM.withSize(2_000, 300, 60).withRate(10_000),
                MEDIUM.withSize(3_000, 300, 60).withDistances(List.of()),
                MEDIUM.withSize(3_000, 300, 60).withDistances(List.of(1_000, 1_000, 400_000)),
                MEDIUM.withSize(3_000, 600, 90).withShares(new Shares(0, 0, 0, 0, 100, 0, 0)),
                MEDIUM.withSize(3_000, 600, 90).withShares(new Shares(0, 0, 0, 0, 0, 100, 0)),
                MEDIUM.withSize(3_000, 600, 90).withShares(new Shares(100, 0, 0, 0, 0, 0, 0)),
                MEDIUM.withSize(3_000, 600, 90).withShares(new Shares(0, 0, 0, 0, 0, 0, 0)),
                MEDIUM.withSize(3_000, 600, 90).withShares(new Shares(0, 0, 0, 0, 0, 0, 100)),
                MEDIUM.withSize(3_000, 300, 60).withPressure(0, new Pressure(4, 0, 0, 0, 0, 0)),
                MEDIUM.withSize(3_000, 300, 60).withPressure(40, new Pressure(20, 3, 400, 100, 100, 100)),
                MEDIUM.withSize(60_000, 6_000, 4)
                        .withPressure(
                                3,
                                new Pressure(
                                        400,
                                        50,
                                        pressure.zipfPercent(),
                                        pressure.noisePercent(),
                                        pressure.burstPercent(),
                                        0)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void keepsTheRulesAndHasItsSize(StreamShape shape) throws Exception {
        DatasetReader.Contents contents = CollectedLines.of(shape.config("medium", 11));

        assertThat(new DatasetRules(contents).violations()).isEmpty();
        assertThat(new QuestionTexts(contents).violations()).isEmpty();
        assertThat(contents.events()).hasSize((int) shape.events());
        assertThat(contents.queries()).hasSize((int) shape.queries());
    }

    @Test
    void givesEachKindOfQueryItsShare() throws Exception {
        Shares shares = new Shares(5, 20, 10, 20, 13, 10, 10);
        DatasetReader.Contents contents =
                CollectedLines.of(MEDIUM.withShares(shares).config("medium", 5));

        Map<String, Long> counts = contents.goldQueries().stream()
                .collect(Collectors.groupingBy(GoldQuery::category, Collectors.counting()));
        assertThat(counts.get("update")).isEqualTo(300);
        assertThat(counts.get("correction")).isEqualTo(150);
        assertThat(counts.get("urgent")).isEqualTo(300);
        assertThat(counts.get("abstain")).isBetween(130L, 150L);
        assertThat(counts.get("evidence")).isBetween(170L, 210L);
    }

    @Test
    void hasTheShareOfNoise() throws Exception {
        Pressure pressure = new Pressure(6, 6, 110, 20, 20, 0);
        DatasetReader.Contents contents =
                CollectedLines.of(MEDIUM.withPressure(8, pressure).config("medium", 5));

        long noise = contents.goldEvents().stream()
                .map(GoldEvent::facts)
                .filter(List::isEmpty)
                .count();
        assertThat(noise).isBetween(2_000L, 2_200L);
    }

    @Test
    void growsItsTimelineWithItsEvents() {
        assertThat(MEDIUM.config("medium", 1).millis()).isEqualTo(1_500_000);
        assertThat(MEDIUM.withSize(100_000, 15_000, 200).config("medium", 1).millis())
                .isEqualTo(15_000_000);
        assertThat(StreamShape.longStream().config("long", 1).millis()).isEqualTo(75_000_000);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> MEDIUM.withSize(100, 50, 10).config("medium", 1))
                .hasMessage("queries must be 0 to a third of the events: 50");
        assertThatThrownBy(() -> MEDIUM.withSize(100, 10, 3).config("medium", 1))
                .hasMessage("entities must be at least 4: 3");
        assertThatThrownBy(() -> new Shares(60, 50, 0, 0, 0, 0, 0))
                .hasMessage("shares must add up to 100 % at most: 110 %");
        assertThatThrownBy(() -> MEDIUM.withDistances(List.of(5, 3))).hasMessageContaining("ascending");
        assertThatThrownBy(() ->
                        CollectedLines.of(MEDIUM.withSize(10_000, 3_000, 4).config("medium", 1)))
                .hasMessageContaining("askedPerEntity must leave room");
    }
}

package io.fastmemory.datagen.hotpotqa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.datagen.DatasetReader;
import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.ImportReport;
import io.fastmemory.datagen.imports.ImportReport.Kind;
import io.fastmemory.datagen.imports.Pace;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HotpotImporterTest {
    private static final Path SMALL = Path.of("src/test/resources/hotpot-small.json");

    @TempDir
    Path temp;

    private ImportReport report;
    private DatasetReader.Contents contents;

    private void importSmall(int lanes) throws Exception {
        Pace pace = new Pace(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(5), lanes, false);
        report = new HotpotImporter(pace).importTo(SMALL, temp.resolve("out"));
        contents = DatasetReader.read(temp.resolve("out"));
    }

    @Test
    void makesAnEventOfEachParagraph() throws Exception {
        importSmall(1);

        assertThat(contents.events()).extracting(Event::eventId).startsWith("hp-1:p1", "hp-1:p2", "hp-1:p3", "hp-2:p1");
        assertThat(contents.events().get(1).text())
                .isEqualTo("Ilmen Glass Museum: The museum stands in Torrow. It opens in May.");
        assertThat(contents.goldEvents())
                .extracting(GoldEvent::category)
                .startsWith(EventCategory.NOISE, EventCategory.EVIDENCE_PART, EventCategory.EVIDENCE_PART);
    }

    @Test
    void needsEveryTitleOfTheSupportingFacts() throws Exception {
        importSmall(1);

        GoldQuery first = contents.goldQueries().get(0);
        assertThat(first.category()).isEqualTo("bridge");
        assertThat(first.required())
                .extracting(GoldQuery.Required::evidence)
                .containsExactly(List.of("hp-1:p2"), List.of("hp-1:p3"));
        assertThat(first.required())
                .allSatisfy(required -> assertThat(required.fact().value()).isEqualTo("Vessa"));
    }

    @Test
    void asksAfterTheLastParagraphAndThenGoesOn() throws Exception {
        importSmall(1);

        assertThat(contents.queries().get(0).offsetMs()).isEqualTo(4_000 + 5_000);
        assertThat(contents.events().get(3).offsetMs()).isEqualTo(9_000 + 5_000);
    }

    @Test
    void laysQuestionsSideBySide() throws Exception {
        importSmall(3);

        assertThat(contents.events()).extracting(Event::entityId).startsWith("hp-1", "hp-1", "hp-1", "hp-2");
        assertThat(contents.events()).extracting(Event::offsetMs).isSorted();
        assertThat(contents.queries()).extracting(Query::queryId).containsExactly("hp-1:q", "hp-2:q");
    }

    @Test
    void reportsWhatCannotBeResolved() throws Exception {
        importSmall(1);

        assertThat(report.findings())
                .extracting(ImportReport.Finding::kind)
                .containsExactly(Kind.EVIDENCE_UNRESOLVED, Kind.EVIDENCE_UNRESOLVED, Kind.QUESTION_LEFT_OUT);
        assertThat(report.findings().get(0).pointer()).isEqualTo("hotpot-small.json#/1/supporting_facts/1");
        assertThat(report.dataset().counts())
                .containsEntry("evidence_unresolved", 2L)
                .containsEntry("question_left_out", 1L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|x.json#: expected an array: found START_OBJECT",
                "[{\"context\":3}]|x.json#/0/context: expected an array: found 3",
                "[{\"context\":[[\"t\"]]}]|x.json#/0/context/0: expected a pair of title and sentences: found an array",
                "[{\"context\":[[\"t\",[1]]]}]|x.json#/0/context/0/1/0: expected a sentence: found 1",
                "[{\"context\":[[\"t\",[\"s\"]]]}]|x.json#/0/supporting_facts: expected an array: found nothing",
                "[{\"context\":|x.json line 1, column 13: expected JSON"
            })
    void namesWhatIsWrong(String json, String message) throws Exception {
        Path file = Files.writeString(temp.resolve("x.json"), json);

        assertThatThrownBy(() -> new HotpotImporter(Pace.defaults()).importTo(file, temp.resolve("out")))
                .isInstanceOf(ImportException.class)
                .hasMessageStartingWith(message);
        assertThat(temp.resolve("out/dataset.json")).doesNotExist();
    }

    @Test
    void readsAFileThatBeginsWithAByteOrderMark() throws Exception {
        Path file = Files.writeString(temp.resolve("x.json"), "\uFEFF" + Files.readString(SMALL));

        assertThat(new HotpotImporter(Pace.defaults())
                        .importTo(file, temp.resolve("out"))
                        .dataset()
                        .queries())
                .isEqualTo(2);
    }

    @Test
    void refusesAFileWithoutQuestionsAndWritesNothing() throws Exception {
        Path file = Files.writeString(temp.resolve("x.json"), " [ ] ");

        assertThatThrownBy(() -> new HotpotImporter(Pace.defaults()).importTo(file, temp.resolve("none")))
                .isInstanceOf(ImportException.class)
                .hasMessage("x.json#: expected an array of at least one element: found an empty one");
        assertThat(temp.resolve("none")).doesNotExist();
    }
}

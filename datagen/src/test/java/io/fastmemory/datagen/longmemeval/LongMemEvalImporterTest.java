package io.fastmemory.datagen.longmemeval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

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
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongMemEvalImporterTest {
    private static final Path SMALL = Path.of("src/test/resources/longmemeval-small.json");
    private static final Pace ONE_LANE =
            new Pace(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(5), 1, false);

    @TempDir
    Path temp;

    private ImportReport report;
    private ImportReport imported;
    private DatasetReader.Contents contents;

    @BeforeEach
    void importSmall() throws Exception {
        report = new LongMemEvalImporter(ONE_LANE).importTo(SMALL, temp.resolve("out"));
        contents = DatasetReader.read(temp.resolve("out"));
    }

    @Test
    void putsSessionsInOrderOfTheirDates() {
        assertThat(contents.events().stream()
                        .filter(event -> event.entityId().equals("lme-1"))
                        .map(Event::text))
                .containsExactly(
                        "user: My boat is called Gull.",
                        "user: How do I cook rice?",
                        "assistant: With water.",
                        "user: I renamed my boat to Petrel.",
                        "assistant: Petrel it is.");
        assertThat(contents.events().get(0).eventTime()).isEqualTo(Instant.parse("2023-05-20T02:21:00Z"));
        assertThat(contents.events().get(2).eventTime()).isEqualTo(Instant.parse("2023-05-25T09:30:30Z"));
        assertThat(contents.dataset().epoch()).isEqualTo(Instant.parse("2023-05-20T02:21:00Z"));
    }

    @Test
    void leavesTheTimesOfTheLayoutBetweenTurnsSessionsAndTheQuestion() {
        assertThat(contents.events().stream().limit(5).map(Event::offsetMs))
                .containsExactly(0L, 30_000L, 32_000L, 62_000L, 64_000L);
        assertThat(contents.queries().get(0).offsetMs()).isEqualTo(69_000);
        assertThat(contents.queries().get(0).eventTime()).isEqualTo(Instant.parse("2023-06-30T12:00:00Z"));
    }

    @Test
    void countsOnlyTheLastSessionWhereKnowledgeIsUpdated() {
        GoldQuery gold = contents.goldQueries().get(0);

        assertThat(gold.category()).isEqualTo("knowledge-update");
        assertThat(gold.required()).hasSize(1);
        assertThat(gold.required().get(0).evidence()).containsExactly("lme-1:s3:t1");
        assertThat(label("lme-1:s1:t1").category()).isEqualTo(EventCategory.USEFUL_FACT);
        assertThat(label("lme-1:s3:t1").category()).isEqualTo(EventCategory.STALE_UPDATE);
        assertThat(label("lme-1:s3:t1").supersedes()).containsExactly("lme-1:s1:t1");
        assertThat(label("lme-1:s2:t1").category()).isEqualTo(EventCategory.NOISE);
    }

    @Test
    void supersedesEveryEarlierSessionWhereKnowledgeIsUpdated() throws Exception {
        String json = Files.readString(SMALL)
                .replace("\"answer_aa01_2\"]", "\"noise_1\", \"answer_aa01_2\"]")
                .replace("\"content\": \"How do I cook rice?\"", "\"content\": \"My boat is Tern now.\"");

        assertThat(importing(json)).isEqualTo("nothing was wrong");

        contents = DatasetReader.read(temp.resolve("bad"));
        assertThat(label("lme-1:s3:t1").supersedes()).containsExactly("lme-1:s1:t1", "lme-1:s2:t1");
        assertThat(label("lme-1:s2:t1").facts()).isEmpty();
        assertThat(contents.goldQueries().get(0).required())
                .singleElement()
                .satisfies(required -> assertThat(required.evidence()).containsExactly("lme-1:s3:t1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"answer_aa01_1\", \"answer_aa01_2\"] | \"answer_aa01_1\", \"answer_aa01_9\"]",
                "\"user\", \"content\": \"I renamed my boat to Petrel.\", \"has_answer\": true | \"assistant\", \"content\": \"Your boat.\"",
                "I renamed my boat to Petrel. | \\u0020"
            })
    void leavesTheQuestionOutWhereAnUpdateCannotBeFound(String from, String to) throws Exception {
        assertThat(Files.readString(SMALL)).contains(from);

        assertThat(importing(Files.readString(SMALL).replace(from, to))).isEqualTo("nothing was wrong");

        contents = DatasetReader.read(temp.resolve("bad"));
        assertThat(contents.queries()).extracting(Query::queryId).doesNotContain("lme-1:q");
        assertThat(contents.goldEvents())
                .filteredOn(gold -> gold.eventId().startsWith("lme-1:"))
                .allSatisfy(gold -> assertThat(gold.facts()).isEmpty());
        assertThat(contents.dataset().counts())
                .containsEntry("evidence_unresolved", 3L)
                .containsEntry("question_left_out", 2L);
        assertThat(imported.findings())
                .extracting(ImportReport.Finding::kind, ImportReport.Finding::pointer)
                .containsOnlyOnce(
                        tuple(Kind.QUESTION_LEFT_OUT, "x.json#/0"),
                        tuple(Kind.EVIDENCE_UNRESOLVED, "x.json#/0/answer_session_ids"));
    }

    @Test
    void needsEverySessionWhereTheAnswerRestsOnSeveral() {
        GoldQuery gold = contents.goldQueries().get(1);

        assertThat(gold.required())
                .extracting(GoldQuery.Required::evidence)
                .containsExactly(List.of("lme-2:s1:t1"), List.of("lme-2:s2:t1"));
        assertThat(gold.required().get(0).fact().value()).isEqualTo("5");
        assertThat(label("lme-2:s1:t1").group()).isEqualTo(label("lme-2:s2:t1").group());
    }

    @Test
    void abstainsWhereTheIdSaysSo() {
        GoldQuery gold = contents.goldQueries().get(2);

        assertThat(gold.abstain()).isTrue();
        assertThat(gold.required()).isEmpty();
        assertThat(label("lme-3:s1:t1").category()).isEqualTo(EventCategory.NOISE);
    }

    @Test
    void givesNothingAwayInIds() {
        assertThat(contents.lines())
                .noneMatch(line -> line.toString().contains("answer_aa01")
                        || line.toString().contains("_abs"));
        assertThat(contents.queries()).extracting(Query::queryId).containsExactly("lme-1:q", "lme-2:q", "lme-3:q");
    }

    @Test
    void reportsWhatCannotBeResolved() {
        assertThat(report.findings())
                .extracting(ImportReport.Finding::kind)
                .containsExactly(
                        Kind.EVIDENCE_WIDENED,
                        Kind.EVIDENCE_UNRESOLVED,
                        Kind.EVIDENCE_UNRESOLVED,
                        Kind.QUESTION_LEFT_OUT);
        assertThat(report.findings().get(1).pointer()).isEqualTo("longmemeval-small.json#/1/answer_session_ids");
        assertThat(report.dataset().counts())
                .containsEntry("evidence_unresolved", 2L)
                .containsEntry("evidence_widened", 1L)
                .containsEntry("question_left_out", 1L);
    }

    @Test
    void namesWhatIsWrong() throws Exception {
        String good = Files.readString(SMALL);

        assertThat(importing(good.replace("2023/06/20 (Tue) 10:00", "soon")))
                .isEqualTo("x.json#/0/haystack_dates/0: expected a date such as \"2023/05/20 (Sat) 02:21\":"
                        + " found \"soon\"");
        assertThat(importing(good.replace("\"answer\": 5,", "")))
                .isEqualTo("x.json#/1/answer: expected an answer, as question_id does not end with _abs:"
                        + " found nothing");
        assertThat(importing(good.replace("\"noise_1\", ", "")))
                .isEqualTo("x.json#/0/haystack_session_ids: expected as many ids as dates and sessions, 3 and 3:"
                        + " found an array");
        assertThat(importing(good.replace("\"content\": \"Nice.\"", "\"content\": 7")))
                .isEqualTo("x.json#/1/haystack_sessions/1/1/content: expected a text that is not blank: found 7");
    }

    @Test
    void refusesAFileWithoutInstancesAndWritesNothing() throws Exception {
        assertThat(importing("[]")).isEqualTo("x.json#: expected an array of at least one element: found an empty one");
        assertThat(temp.resolve("bad")).doesNotExist();
    }

    private String importing(String json) throws Exception {
        Path file = Files.writeString(temp.resolve("x.json"), json);
        try {
            imported = new LongMemEvalImporter(ONE_LANE).importTo(file, temp.resolve("bad"));
            return "nothing was wrong";
        } catch (ImportException e) {
            return e.getMessage();
        }
    }

    @Test
    void replacesTextThatIsNotUnicode() throws Exception {
        String json = Files.readString(SMALL).replace("With water.", "With \\ud83d water \\ud83d\\ude00.");
        Path file = Files.writeString(temp.resolve("y.json"), json);

        new LongMemEvalImporter(ONE_LANE).importTo(file, temp.resolve("odd"));

        assertThat(DatasetReader.read(temp.resolve("odd")).events())
                .extracting(Event::text)
                .contains("assistant: With \uFFFD water \uD83D\uDE00.");
    }

    @Test
    void readsAFileThatBeginsWithAByteOrderMark() throws Exception {
        assertThat(importing("\uFEFF" + Files.readString(SMALL))).isEqualTo("nothing was wrong");
        assertThat(DatasetReader.read(temp.resolve("bad")).lines()).isEqualTo(contents.lines());
    }

    @Test
    void refusesGapsThatCannotBe() {
        assertThatThrownBy(() -> new Pace(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, false))
                .hasMessageContaining("turn gap must be at least 1 ms");
        assertThatThrownBy(
                        () -> new Pace(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), 0, false))
                .hasMessageContaining("lanes must be at least 1");
    }

    private GoldEvent label(String eventId) {
        return contents.goldEvents().stream()
                .filter(gold -> gold.eventId().equals(eventId))
                .findFirst()
                .orElseThrow();
    }
}

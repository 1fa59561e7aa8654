package io.fastmemory.datagen.locomo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fastmemory.datagen.DatasetReader;
import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.ImportReport;
import io.fastmemory.datagen.imports.ImportReport.Finding;
import io.fastmemory.datagen.imports.ImportReport.Kind;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Import of a small file of the same form as LoCoMo's, with the oddities the real one has. */
class LocomoImporterTest {
    private static final Path FILE = Path.of("src/test/resources/locomo-small.json");
    private static final Path AUDIT = Path.of("src/test/resources/locomo-small-audit.json");

    @TempDir
    Path folder;

    @Test
    void makesEventsOfTurns() throws Exception {
        DatasetReader.Contents contents = imported(LocomoOptions.defaults(), false);

        assertThat(contents.events()).hasSize(11);
        Event photo = event(contents, "garden-1:D1:2");
        assertThat(photo.entityId()).isEqualTo("garden-1");
        assertThat(photo.sessionId()).isEqualTo("garden-1:session_1");
        assertThat(photo.source()).isEqualTo("chat");
        assertThat(photo.text())
                .isEqualTo("Bo: Look what I planted! [shares a photo: a photo of three young pear trees]");
        assertThat(photo.offsetMs()).isEqualTo(2_000);
        assertThat(photo.eventTime()).isEqualTo(Instant.parse("2023-05-08T13:56:30Z"));
        assertThat(contents.dataset().epoch()).isEqualTo(Instant.parse("2023-01-01T00:05:00Z"));
    }

    @Test
    void laysSessionsOutWithGaps() throws Exception {
        DatasetReader.Contents contents =
                imported(LocomoOptions.defaults().withGaps(Duration.ofMillis(100), Duration.ofSeconds(10)), false);

        assertThat(contents.events().stream()
                        .filter(event -> event.entityId().equals("garden-1"))
                        .map(Event::offsetMs))
                .containsExactly(0L, 100L, 200L, 10_200L, 10_300L, 20_300L, 20_400L, 30_400L, 30_500L);
    }

    @Test
    void runsConversationsSideBySideUnlessStaggered() throws Exception {
        assertThat(event(imported(LocomoOptions.defaults(), false), "boat-2:D1:1")
                        .offsetMs())
                .isZero();

        DatasetReader.Contents staggered = imported(LocomoOptions.defaults().withStagger(Duration.ofSeconds(7)), false);
        assertThat(event(staggered, "boat-2:D1:1").offsetMs()).isEqualTo(7_000);
        assertThat(staggered.events()).extracting(Event::offsetMs).isSorted();
    }

    @Test
    void asksAfterTheLastEvidenceAndBeforeALaterSessionIfThereIsOne() throws Exception {
        DatasetReader.Contents contents = imported(LocomoOptions.defaults(), false);

        Map<String, Event> events =
                contents.events().stream().collect(Collectors.toMap(Event::eventId, Function.identity()));
        Map<String, GoldQuery> golds =
                contents.goldQueries().stream().collect(Collectors.toMap(GoldQuery::queryId, Function.identity()));
        for (Query query : contents.queries()) {
            if (golds.get(query.queryId()).abstain()) {
                continue;
            }
            List<String> evidence = golds.get(query.queryId()).required().stream()
                    .flatMap(required -> required.evidence().stream())
                    .toList();
            assertThat(evidence)
                    .allSatisfy(id -> assertThat(events.get(id).offsetMs()).isLessThan(query.offsetMs()));
            assertThat(evidence)
                    .allSatisfy(id -> assertThat(events.get(id).entityId())
                            .isEqualTo(query.entityIds().get(0)));
            boolean lastSession = evidence.stream().anyMatch(id -> id.startsWith("garden-1:D4"));
            if (query.entityIds().contains("garden-1") && !lastSession) {
                assertThat(query.offsetMs())
                        .isLessThan(events.get("garden-1:D4:1").offsetMs());
            }
            if (lastSession) {
                assertThat(query.offsetMs())
                        .isGreaterThan(events.get("garden-1:D4:2").offsetMs());
            }
        }
        Query first = query(contents, "What did Bo plant?");
        assertThat(first.offsetMs()).as("5 s after session 1").isEqualTo(4_000 + 5_000);
        assertThat(query(contents, "When did Ana open her stall?").offsetMs())
                .as("a question with an odd place is spread over the later pauses")
                .isGreaterThan(events.get("garden-1:D2:2").offsetMs());
    }

    @Test
    void waitsWithQuestionsForTheDelayGiven() throws Exception {
        DatasetReader.Contents contents =
                imported(LocomoOptions.defaults().withQuestionDelay(Duration.ofSeconds(20)), false);

        assertThat(query(contents, "What did Bo plant?").offsetMs()).isEqualTo(4_000 + 20_000);
    }

    @Test
    void labelsQuestionsByTheirCategory() throws Exception {
        DatasetReader.Contents contents = imported(LocomoOptions.defaults(), false);

        GoldQuery single = gold(contents, "What did Bo plant?");
        assertThat(single.category()).isEqualTo("single_hop");
        assertThat(single.required())
                .containsExactly(
                        new GoldQuery.Required("a1", Fact.of("Bo", null, "pear trees"), List.of("garden-1:D1:2")));
        GoldQuery multi = gold(contents, "Which plants do Ana and Bo have?");
        assertThat(multi.category()).isEqualTo("multi_hop");
        assertThat(multi.required())
                .extracting(GoldQuery.Required::evidence)
                .containsExactly(List.of("garden-1:D1:2"), List.of("garden-1:D2:1"));
        assertThat(multi.required()).allSatisfy(required -> {
            assertThat(required.askId()).isEqualTo("a1");
            assertThat(required.fact().subject()).isEqualTo("Which plants do Ana and Bo have?");
        });
        GoldQuery number = gold(contents, "When did Ana open her stall?");
        assertThat(number.category()).isEqualTo("temporal");
        assertThat(number.required().get(0).fact().value()).isEqualTo("2022");
        GoldQuery open = gold(contents, "Would Bo enjoy a book on soil?");
        assertThat(open.category()).isEqualTo("open_domain");
        assertThat(open.required()).hasSize(1);
        assertThat(open.required().get(0).evidence()).containsExactly("garden-1:D1:2", "garden-1:D3:2");
        GoldQuery adversarial = gold(contents, "What did Ana plant in the harbour?");
        assertThat(adversarial.category()).isEqualTo("adversarial");
        assertThat(adversarial.abstain()).isTrue();
        assertThat(adversarial.required()).isEmpty();
        assertThat(query(contents, "What did Bo plant?").asks().get(0).attribute())
                .isNull();
    }

    @Test
    void labelsTurnsByWhetherTheyAreEvidence() throws Exception {
        DatasetReader.Contents contents = imported(LocomoOptions.defaults(), false);

        assertThat(label(contents, "garden-1:D1:2").category()).isEqualTo(EventCategory.USEFUL_FACT);
        assertThat(label(contents, "garden-1:D1:2").facts())
                .contains(Fact.of("Bo", null, "pear trees"))
                .hasSize(3);
        assertThat(label(contents, "garden-1:D1:1").category()).isEqualTo(EventCategory.NOISE);
        assertThat(label(contents, "garden-1:D4:1").category())
                .as("evidence of an adversarial question alone")
                .isEqualTo(EventCategory.NOISE);
    }

    @Test
    void reportsAndCountsEvidenceThatDoesNotResolve() throws Exception {
        ImportReport report = new LocomoImporter(LocomoOptions.defaults()).importTo(FILE, null, folder);

        assertThat(report.findings())
                .extracting(Finding::kind, Finding::pointer)
                .containsExactly(
                        tuple(Kind.EVIDENCE_REPAIRED, "locomo-small.json#/0/qa/3"),
                        tuple(Kind.EVIDENCE_UNRESOLVED, "locomo-small.json#/0/qa/4"),
                        tuple(Kind.EVIDENCE_UNRESOLVED, "locomo-small.json#/0/qa/6"),
                        tuple(Kind.QUESTION_LEFT_OUT, "locomo-small.json#/0/qa/6"));
        assertThat(report.dataset().queries()).isEqualTo(7);
        assertThat(report.dataset().counts())
                .containsEntry("evidence_unresolved", 2L)
                .containsEntry("evidence_repaired", 1L)
                .containsEntry("question_left_out", 1L)
                .containsEntry("audit_applied", 0L)
                .containsEntry("query_adversarial", 1L);
    }

    @Test
    void appliesCorrections() throws Exception {
        DatasetReader.Contents contents = imported(LocomoOptions.defaults(), true);

        assertThat(gold(contents, "What did Bo plant?").required().get(0).fact().value())
                .as("the answer was wrong")
                .isEqualTo("three pear trees");
        GoldQuery cited = gold(contents, "When did Ana open her stall?");
        assertThat(cited.required().get(0).fact().value())
                .as("only the citation was wrong")
                .isEqualTo("2022");
        assertThat(cited.required().get(0).evidence()).containsExactly("garden-1:D2:2");
        assertThat(contents.dataset().counts())
                .containsEntry("audit_applied", 2L)
                .containsEntry("audit_unmatched", 1L);
    }

    @Test
    void writesTheSameBytesEachTime() throws Exception {
        ImportReport first = new LocomoImporter(LocomoOptions.defaults()).importTo(FILE, AUDIT, folder.resolve("a"));
        ImportReport second = new LocomoImporter(LocomoOptions.defaults()).importTo(FILE, AUDIT, folder.resolve("b"));

        assertThat(second).isEqualTo(first);
    }

    @Test
    void readsFilesThatBeginWithAByteOrderMark() throws Exception {
        Path file = Files.writeString(folder.resolve("x.json"), "\uFEFF" + Files.readString(FILE));
        Path audit = Files.writeString(folder.resolve("audit.json"), "\uFEFF" + Files.readString(AUDIT));

        ImportReport marked = new LocomoImporter(LocomoOptions.defaults()).importTo(file, audit, folder.resolve("a"));
        ImportReport plain = new LocomoImporter(LocomoOptions.defaults()).importTo(FILE, AUDIT, folder.resolve("b"));

        assertThat(marked.dataset()).isEqualTo(plain.dataset());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                              | #: expected an array: found an object",
                "[]                                              | #: expected at least one conversation: found an array",
                "[{\"sample_id\":7}]                             | #/0/sample_id: expected a text that is not blank: found 7",
                "[{\"sample_id\":\"a b\"}]                       | #/0/sample_id: expected an id that matches",
                "[{\"sample_id\":\"a\"}]                         | #/0/conversation: expected an object: found nothing",
                "[{\"sample_id\":\"a\",\"conversation\":{}}]     | #/0/conversation: expected at least one session_1",
                "[{\"sample_id\"                                 | line 1, column"
            })
    void saysWhereAFileIsWrong(String json, String message) throws Exception {
        Path file = Files.writeString(folder.resolve("bad.json"), json);

        assertThatThrownBy(
                        () -> new LocomoImporter(LocomoOptions.defaults()).importTo(file, null, folder.resolve("out")))
                .isInstanceOf(ImportException.class)
                .hasMessageStartingWith("bad.json")
                .hasMessageContaining(message);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1:56 pm on 8 May, 2023 | yesterday  | #/0/conversation/session_1_date_time: expected a date",
                "\"category\": 4        | \"category\": 9 | #/0/qa/0/category: expected a whole number from 1 to 5",
                "\"answer\": \"pear trees\" | \"answer\": null | #/0/qa/0/answer: expected an answer to a question of category 4",
                "\"dia_id\": \"D1:1\"   | \"dia_id\": \"D1:2\" | #/0/conversation/session_1/1/dia_id: expected an id no"
            })
    void saysWhichFieldIsWrong(String from, String to, String message) throws Exception {
        String json = Files.readString(FILE);
        assertThat(json).contains(from);
        int at = json.indexOf(from);
        Path file = Files.writeString(
                folder.resolve("bad.json"), json.substring(0, at) + to + json.substring(at + from.length()));

        assertThatThrownBy(
                        () -> new LocomoImporter(LocomoOptions.defaults()).importTo(file, null, folder.resolve("out")))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("bad.json" + message);
    }

    private DatasetReader.Contents imported(LocomoOptions options, boolean audited) throws Exception {
        new LocomoImporter(options).importTo(FILE, audited ? AUDIT : null, folder);
        return DatasetReader.read(folder);
    }

    private static Event event(DatasetReader.Contents contents, String id) {
        return contents.events().stream()
                .filter(event -> event.eventId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static GoldEvent label(DatasetReader.Contents contents, String id) {
        return contents.goldEvents().stream()
                .filter(gold -> gold.eventId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Query query(DatasetReader.Contents contents, String text) {
        return contents.queries().stream()
                .filter(query -> query.text().equals(text))
                .findFirst()
                .orElseThrow();
    }

    private static GoldQuery gold(DatasetReader.Contents contents, String text) {
        String id = query(contents, text).queryId();
        return contents.goldQueries().stream()
                .filter(gold -> gold.queryId().equals(id))
                .findFirst()
                .orElseThrow();
    }
}

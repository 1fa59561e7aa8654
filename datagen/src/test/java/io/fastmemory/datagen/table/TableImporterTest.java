package io.fastmemory.datagen.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fastmemory.datagen.DatasetReader;
import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.ImportReport;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Ids;
import io.fastmemory.model.Query;
import io.fastmemory.model.Urgency;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableImporterTest {
    private static final String MAPPING = """
            {"events": {"entity_id": "customer", "text": ["subject", "body"], "time": "created", "event_id": "id",
                        "session_id": "thread", "source": "channel", "urgency": "prio", "urgent_values": ["high"]}}
            """;
    private static final String EVENTS = """
            id,customer,created,subject,body,channel,prio,thread,region
            7,acme,2024-05-01T10:00:30Z,Renewal,"They renew, on ""May 9""
            for sure",mail,high,t-1,EU
            8,Bolt & Co,2024-05-01 10:00:00,,Nothing new,chat,low,,
            9,acme,2024-05-01T12:00:30+02:00,Cancel,They do not,mail,low,t-1,EU
            """;

    @TempDir
    Path temp;

    private ImportReport report;
    private DatasetReader.Contents contents;

    private void importing(String mapping, String name, String events, String queries, int runSize) throws Exception {
        Path mappingFile = Files.writeString(temp.resolve("mapping.json"), mapping);
        Path eventFile = Files.writeString(temp.resolve(name), events);
        Path queryFile = queries == null ? null : Files.writeString(temp.resolve("q-" + name), queries);
        report = new TableImporter(mappingFile, false, runSize)
                .importTo(eventFile, queryFile, temp.resolve("out"), false);
        contents = DatasetReader.read(temp.resolve("out"));
    }

    private Event event(String id) {
        return contents.events().stream()
                .filter(event -> event.eventId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void mapsColumnsOfCsvToEvents() throws Exception {
        importing(MAPPING, "events.csv", EVENTS, null, 100);

        Event first = event("7");
        assertThat(first.entityId()).isEqualTo("acme");
        assertThat(first.text()).isEqualTo("Renewal\nThey renew, on \"May 9\"\nfor sure");
        assertThat(first.offsetMs()).isEqualTo(30_000);
        assertThat(first.eventTime()).isEqualTo(Instant.parse("2024-05-01T10:00:30Z"));
        assertThat(first.source()).isEqualTo("mail");
        assertThat(first.sessionId()).isEqualTo("t-1");
        assertThat(first.urgency()).isEqualTo(Urgency.URGENT);
        assertThat(first.attributes()).isEqualTo(Map.of("region", "EU"));
        assertThat(event("8").offsetMs()).isZero();
        assertThat(event("8").attributes()).isEmpty();
        assertThat(contents.dataset().epoch()).isEqualTo(Instant.parse("2024-05-01T10:00:00Z"));
    }

    @Test
    void ordersRowsByTimeAndKeepsTheirOrderAtTheSameTime() throws Exception {
        importing(MAPPING, "events.csv", EVENTS, null, 100);

        assertThat(contents.events()).extracting(Event::eventId).containsExactly("8", "7", "9");
    }

    @Test
    void leavesNoLabelsWhereNoneAreKnown() throws Exception {
        importing(MAPPING, "events.csv", EVENTS, null, 100);

        assertThat(contents.goldEvents()).isEmpty();
        assertThat(temp.resolve("out/gold.jsonl")).isEmptyFile();
        assertThat(contents.dataset().counts()).containsEntry("event_unlabelled", 3L);
    }

    @Test
    void givesOddIdsAnotherSpelling() throws Exception {
        importing(MAPPING, "events.csv", EVENTS, null, 100);

        String id = event("8").entityId();
        assertThat(id).startsWith("Bolt_Co-").matches(Ids::isValid);
        assertThat(contents.dataset().counts()).containsEntry("id_renamed", 1L);
    }

    @Test
    void readsJsonLinesAndKeepsStructuresAsAttributes() throws Exception {
        String mapping = """
                {"time_format": "epoch_millis", "speedup": 10,
                 "events": {"entity_id": "user", "text": "message", "time": "ts"}}
                """;
        String events = """
                {"user":"u1","message":"one","ts":1000,"tags":["a","b"],"n":3,"none":null}

                {"user":"u2","message":"two","ts":61000}
                """;

        importing(mapping, "events.jsonl", events, null, 100);

        assertThat(contents.events()).extracting(Event::offsetMs).containsExactly(0L, 6_000L);
        assertThat(contents.events().get(0).eventId()).isEqualTo("e-1");
        assertThat(contents.events().get(0).attributes()).isEqualTo(Map.of("tags", "[\"a\",\"b\"]", "n", "3"));
    }

    @Test
    void labelsQueriesWithAnswersAndEvidence() throws Exception {
        String mapping = MAPPING.strip()
                .replaceFirst(
                        "}}$",
                        "}, \"queries\": {\"entity_id\": \"customer\","
                                + " \"text\": \"question\", \"time\": \"asked\", \"query_id\": \"id\", \"answer\": \"answer\","
                                + " \"evidence\": \"because\", \"abstain_values\": [\"unknown\"], \"deadline_ms\": \"within\"}}");
        String queries = """
                id,customer,asked,question,answer,because,within
                q1,acme,2024-05-01T10:00:30Z,When do they renew?,May 9,7 12,4000
                q2,acme,2024-05-01T11:00:00Z,Who signs?,unknown,,
                q3,acme,2024-05-01T11:00:01Z,How are they?,,,
                q4,acme,2024-05-01T09:00:00Z,Do they renew?,yes,7,
                """;

        importing(mapping, "events.csv", EVENTS, queries, 100);

        assertThat(contents.queries()).extracting(Query::queryId).containsExactly("q4", "q1", "q2", "q3");
        assertThat(contents.queries().get(0).offsetMs()).isZero();
        assertThat(contents.queries().get(1).deadlineMs()).isEqualTo(4_000);
        assertThat(contents.goldQueries()).extracting(GoldQuery::queryId).containsExactly("q1", "q2");
        GoldQuery first = contents.goldQueries().get(0);
        assertThat(first.required().get(0).evidence()).containsExactly("7");
        assertThat(first.required().get(0).fact().value()).isEqualTo("May 9");
        assertThat(contents.goldQueries().get(1).abstain()).isTrue();
        assertThat(contents.goldEvents()).hasSize(1).allSatisfy(gold -> {
            assertThat(gold.eventId()).isEqualTo("7");
            assertThat(gold.category()).isEqualTo(EventCategory.USEFUL_FACT);
        });
        assertThat(report.findings())
                .extracting(ImportReport.Finding::message)
                .containsExactly(
                        "expected the id of an event of its entity before query q4: found \"7\"",
                        "expected the id of an event of its entity before query q1: found \"12\"");
        assertThat(report.dataset().counts()).containsEntry("query_unlabelled", 2L);
    }

    @Test
    void sortsInRunsAsItSortsInMemory() throws Exception {
        StringBuilder events = new StringBuilder("who,what,at\n");
        for (int i = 0; i < 1_000; i++) {
            events.append("u")
                    .append(i % 7)
                    .append(",text ")
                    .append(i)
                    .append(',')
                    .append(i * 7919L % 500)
                    .append('\n');
        }
        String mapping =
                "{\"time_format\":\"offset_ms\",\"events\":{\"entity_id\":\"who\",\"text\":\"what\",\"time\":\"at\"}}";

        importing(mapping, "events.csv", events.toString(), null, 10_000);
        List<Event> inMemory = contents.events();
        importing(mapping, "events.csv", events.toString(), null, 64);

        assertThat(contents.events()).isEqualTo(inMemory).hasSize(1_000);
        assertThat(inMemory).extracting(Event::offsetMs).isSorted();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "acme,yesterday,s,b|events.csv line 2, column created: expected a time as iso: found \"yesterday\"",
                ",2024-05-01,s,b|events.csv line 2, column customer: expected a cell that is not empty: found nothing",
                "acme,2024-05-01,,|events.csv line 2, column subject or body: expected a text that is not blank",
                "acme,2024-05-01|events.csv line 2: expected a CSV row: Not enough column values"
            })
    void namesLineAndColumnOfABadRow(String row, String message) {
        String mapping =
                "{\"events\": {\"entity_id\": \"customer\", \"text\": [\"subject\", \"body\"], \"time\": \"created\"}}";

        assertThatThrownBy(() ->
                        importing(mapping, "events.csv", "customer,created,subject,body\n" + row + "\n", null, 10))
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "epoch_seconds | NaN                      | a time as epoch_seconds",
                "epoch_seconds | -Infinity                | a time as epoch_seconds",
                "epoch_seconds | 1e999                    | a time as epoch_seconds",
                "epoch_seconds | 1e300                    | a time from the year 1 to 9999",
                "epoch_seconds | 1714557630000            | a time from the year 1 to 9999",
                "epoch_seconds | -62135596801             | a time from the year 1 to 9999",
                "epoch_millis  | 9223372036854775807      | a time from the year 1 to 9999",
                "epoch_millis  | -62135596800001          | a time from the year 1 to 9999",
                "epoch_millis  | 9223372036854775808      | a time as epoch_millis",
                "offset_ms     | 9223372036854775807      | an offset of at most 253402300799999 ms",
                "offset_ms     | -1                       | a time as offset_ms",
                "iso           | +999999999-12-31         | a time as iso",
                "iso           | 0000-12-31               | a time from the year 1 to 9999"
            })
    void namesATimeThatDoesNotFit(String format, String time, String expected) {
        String mapping = "{\"time_format\":\"" + format
                + "\",\"events\":{\"entity_id\":\"who\",\"text\":\"what\",\"time\":\"at\"}}";

        assertThatThrownBy(() -> importing(mapping, "events.csv", "who,what,at\nu1,hello," + time + "\n", null, 10))
                .isInstanceOf(ImportException.class)
                .hasMessage("events.csv line 2, column at: expected " + expected + ": found \"" + time + '"');
    }

    @Test
    void readsTimesAtTheEndsOfTheirRange() throws Exception {
        String mapping = "{\"time_format\":\"epoch_seconds\",\"events\":"
                + "{\"entity_id\":\"who\",\"text\":\"what\",\"time\":\"at\"}}";

        importing(mapping, "events.csv", "who,what,at\nu1,last,253402300799.999\nu1,first,-62135596800\n", null, 1);

        assertThat(contents.events())
                .extracting(Event::eventTime)
                .containsExactly(Instant.parse("0001-01-01T00:00:00Z"), Instant.parse("9999-12-31T23:59:59.999Z"));
        assertThat(contents.events().get(0).offsetMs()).isZero();
    }

    @Test
    void leavesBadRowsOutWhenAsked() throws Exception {
        Path mapping = Files.writeString(temp.resolve("m.json"), MAPPING);
        Path events = Files.writeString(temp.resolve("e.csv"), EVENTS + "10,acme,never,a,b,c,d,e,f\n");

        report = new TableImporter(mapping, true).importTo(events, null, temp.resolve("out"), false);

        assertThat(report.dataset().events()).isEqualTo(3);
        assertThat(report.dataset().counts()).containsEntry("row_left_out", 1L);
        assertThat(report.findings().get(0).message()).contains("column created", "found \"never\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"event\":{}}|mapping.json#/event: expected one of [events, format, queries,",
                "{\"events\":{\"text\":\"a\",\"time\":\"b\"}}|mapping.json#/events/entity_id: expected a text that is not blank: found nothing",
                "{\"events\":{\"entity_id\":\"a\",\"text\":[],\"time\":\"b\"}}|mapping.json#/events/text: expected at least one text: found an array",
                "{\"time_format\":\"nope{\",\"events\":{}}|mapping.json#/time_format: expected iso, epoch_seconds,",
                "{\"time_zone\":\"Moon\",\"events\":{}}|mapping.json#/time_zone: expected a time zone such as",
                "{\"speedup\":0,\"events\":{}}|mapping.json#/speedup: expected a positive number: found 0",
                "{\"speedup\":1e999,\"events\":{}}|mapping.json#/speedup: expected a number from 0.001 to 1000000000: found ",
                "{\"speedup\":1e-9,\"events\":{}}|mapping.json#/speedup: expected a number from 0.001 to 1000000000: found ",
                "{\"format\":\"xml\",\"events\":{}}|mapping.json#/format: expected csv or jsonl: found \"xml\""
            })
    void namesWhatIsWrongInTheMapping(String mapping, String message) {
        assertThatThrownBy(() -> importing(mapping, "events.csv", EVENTS, null, 10))
                .hasMessageStartingWith(message);
    }

    @Test
    void readsTimesInTheZoneOfTheMapping() throws Exception {
        String mapping = """
                {"time_format": "dd.MM.uuuu HH:mm", "time_zone": "Europe/Berlin", "separator": ";",
                 "events": {"entity_id": "who", "text": "what", "time": "at", "attributes": []}}
                """;

        importing(mapping, "events.csv", "who;what;at;more\nu1;hello, you;01.07.2024 12:30;x\n", null, 10);

        assertThat(contents.events().get(0).eventTime()).isEqualTo(Instant.parse("2024-07-01T10:30:00Z"));
        assertThat(contents.events().get(0).attributes()).isEmpty();
    }

    @Test
    void reportsEvidenceOfAnotherEntity() throws Exception {
        String queries = """
                customer,asked,question,answer,because
                acme,2024-05-02T10:00:00Z,What is new?,nothing,8
                acme,2024-05-02T11:00:00Z,What is new now?,a cancellation,8 9 9
                """;

        importing(withQueries("\"answer\": \"answer\", \"evidence\": \"because\""), "events.csv", EVENTS, queries, 10);

        assertThat(contents.goldQueries())
                .singleElement()
                .satisfies(gold -> assertThat(gold.required().get(0).evidence()).containsExactly("9"));
        assertThat(contents.goldEvents()).extracting(GoldEvent::eventId).containsExactly("9");
        assertThat(report.findings())
                .extracting(ImportReport.Finding::kind, ImportReport.Finding::message)
                .containsExactly(
                        tuple(
                                ImportReport.Kind.EVIDENCE_UNRESOLVED,
                                "expected the id of an event of its entity before query q-1: found \"8\""),
                        tuple(
                                ImportReport.Kind.EVIDENCE_UNRESOLVED,
                                "expected the id of an event of its entity before query q-2: found \"8\""));
    }

    @Test
    void refusesAnIdThatAnotherRowHas() {
        String repeated = EVENTS + "7,other,2024-05-02T10:00:00Z,s,b,mail,low,,\n";

        assertThatThrownBy(() -> importing(MAPPING, "events.csv", repeated, null, 2))
                .isInstanceOf(ImportException.class)
                .hasMessage("events.csv line 6, column id: expected an id that no other event has: found \"7\"");
        assertThat(temp.resolve("out/dataset.json")).doesNotExist();
    }

    @Test
    void refusesAQueryIdThatAnotherRowHas() {
        String queries = "id,customer,asked,question\n" + "q1,acme,2024-05-01T10:00:30Z,Who?\n".repeat(2);

        assertThatThrownBy(() -> importing(withQueries("\"query_id\": \"id\""), "events.csv", EVENTS, queries, 10))
                .isInstanceOf(ImportException.class)
                .hasMessage("q-events.csv line 3, column id: expected an id that no other query has: found \"q1\"");
    }

    @Test
    void leavesRowsWithARepeatedIdOutWhenAsked() throws Exception {
        Path mapping = Files.writeString(temp.resolve("m.json"), withQueries("\"query_id\": \"id\""));
        Path events = Files.writeString(
                temp.resolve("e.csv"),
                EVENTS + "10,acme,never,a,b,c,d,e,f\n" + "10,acme,2024-05-03,a,b,c,d,e,f\n".repeat(2));
        Path queries = Files.writeString(
                temp.resolve("q.csv"), "id,customer,asked,question\n" + "q1,acme,2024-05-01,Who?\n".repeat(3));

        report = new TableImporter(mapping, true).importTo(events, queries, temp.resolve("out"), false);

        assertThat(report.dataset().events()).isEqualTo(4);
        assertThat(report.dataset().queries()).isEqualTo(1);
        assertThat(report.dataset().counts()).containsEntry("row_left_out", 4L);
        assertThat(report.findings())
                .extracting(ImportReport.Finding::pointer)
                .containsExactly("q.csv line 3", "q.csv line 4", "e.csv line 6", "e.csv line 8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"thread\"  | \"topic\"  | /events/session_id | topic",
                "\"id\"      | \"ID\"     | /events/event_id   | ID",
                "\"body\"    | \"bodie\"  | /events/text/1     | bodie",
                "\"created\" | \"date\"   | /events/time       | date",
                "\"channel\" | \"channel\", \"attributes\": [\"region\", \"land\"] | /events/attributes/1 | land"
            })
    void namesAColumnThatTheTableDoesNotHave(String from, String to, String field, String column) {
        assertThat(MAPPING).contains(from);

        assertThatThrownBy(() -> importing(MAPPING.replace(from, to), "events.csv", EVENTS, null, 10))
                .isInstanceOf(ImportException.class)
                .hasMessage("mapping.json#" + field + ": expected a column of events.csv: found \"" + column
                        + "\"; there are [id, customer, created, subject, body, channel, prio, thread, region]");
    }

    @Test
    void namesAColumnThatTheTableDoesNotHaveEvenIfBadRowsAreLeftOut() throws Exception {
        Path mapping = Files.writeString(temp.resolve("m.json"), withQueries("\"answer\": \"reply\""));
        Path events = Files.writeString(temp.resolve("e.csv"), EVENTS);
        Path queries = Files.writeString(temp.resolve("q.csv"), "customer,asked,question,answer\n");

        assertThatThrownBy(() -> new TableImporter(mapping, true).importTo(events, queries, temp.resolve("out"), false))
                .isInstanceOf(ImportException.class)
                .hasMessage("m.json#/queries/answer: expected a column of q.csv: found \"reply\";"
                        + " there are [customer, asked, question, answer]");
    }

    @Test
    void namesAKeyThatNoLineHas() throws Exception {
        String mapping = """
                {"time_format": "epoch_millis",
                 "events": {"entity_id": "user", "text": "message", "time": "ts", "urgency": "prio"}}
                """;
        String some = """
                {"user":"u1","message":"one","ts":1000}
                {"user":"u1","message":"two","ts":2000,"prio":null}
                """;

        importing(mapping, "events.jsonl", some, null, 100);
        assertThat(contents.events()).hasSize(2);

        assertThatThrownBy(() -> importing(mapping, "events.jsonl", some.replace("prio", "level"), null, 100))
                .isInstanceOf(ImportException.class)
                .hasMessage("mapping.json#/events/urgency: expected a column of events.jsonl: found \"prio\";"
                        + " there are [user, message, ts, level]");
    }

    @Test
    void readsFilesThatBeginWithAByteOrderMark() throws Exception {
        String queries = "customer,asked,question\nacme,2024-05-02,Who?\n";
        importing(
                "\uFEFF" + withQueries("\"attribute\": \"customer\""),
                "e.csv",
                "\uFEFF" + EVENTS,
                "\uFEFF" + queries,
                9);
        assertThat(contents.events()).extracting(Event::eventId).containsExactly("8", "7", "9");
        assertThat(contents.queries()).hasSize(1);

        String mapping = "{\"events\": {\"entity_id\": \"user\", \"text\": \"message\", \"time\": \"ts\"}}";
        importing(mapping, "e.jsonl", "\uFEFF{\"user\":\"u1\",\"message\":\"one\",\"ts\":\"2024-05-02\"}\n", null, 9);
        assertThat(contents.events()).extracting(Event::text).containsExactly("one");
        assertThat(contents.events().get(0).attributes()).isEmpty();
    }

    private static String withQueries(String more) {
        return MAPPING.strip()
                .replaceFirst(
                        "}}$",
                        "}, \"queries\": {\"entity_id\": \"customer\", \"text\": \"question\", \"time\": \"asked\", "
                                + more + "}}");
    }

    @Test
    void namesTheLineThatIsNotUtf8() throws Exception {
        Path mapping = Files.writeString(temp.resolve("m.json"), MAPPING);
        String table = "id,customer,created,subject,body,channel,prio,thread,region\n"
                + "1,acme,2024-05-01T10:00:30Z,a,b,mail,low,t,EU\n".repeat(2)
                + "2,acme,2024-05-01T10:00:30Z,Müller,b,mail,low,t,EU\n";
        Path csv = Files.write(temp.resolve("latin.csv"), table.getBytes(StandardCharsets.ISO_8859_1));
        String lines = "{\"customer\":\"a\"}\n{\"customer\":\"Müller\"}\n";
        Path jsonl = Files.write(temp.resolve("latin.jsonl"), lines.getBytes(StandardCharsets.ISO_8859_1));
        Path cut = Files.write(temp.resolve("cut.csv"), new byte[] {'i', 'd', '\n', (byte) 0xC3});

        assertNotUtf8(mapping, csv, "latin.csv line 4: expected UTF-8, found byte 0xFC");
        assertNotUtf8(mapping, jsonl, "latin.jsonl line 2: expected UTF-8, found byte 0xFC");
        assertNotUtf8(mapping, cut, "cut.csv line 2: expected UTF-8, found byte 0xC3");
    }

    private void assertNotUtf8(Path mapping, Path file, String message) {
        assertThatThrownBy(() -> new TableImporter(mapping, true).importTo(file, null, temp.resolve("out"), false))
                .isInstanceOf(ImportException.class)
                .hasMessageStartingWith(message);
    }
}

package io.fastmemory.datagen.hotpotqa;

import io.fastmemory.datagen.DatasetWriter;
import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.datagen.imports.Findings;
import io.fastmemory.datagen.imports.ImportReport;
import io.fastmemory.datagen.imports.ImportReport.Kind;
import io.fastmemory.datagen.imports.JsonAt;
import io.fastmemory.datagen.imports.JsonElements;
import io.fastmemory.datagen.imports.Lanes;
import io.fastmemory.datagen.imports.Moment;
import io.fastmemory.datagen.imports.Pace;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns HotpotQA's distractor file into a dataset folder: each question is an entity, its ten paragraphs are events, and the
 * question comes after them. Each title that the supporting facts name is a required entry of its own, with the same ask and
 * value, so that an answer needs evidence from all of them. The file is read one question at a time.
 *
 * @see <a href="https://hotpotqa.github.io">HotpotQA and its file format</a>
 */
public final class HotpotImporter {
    /** Name and version of this importer; a change of the bytes it writes changes the version. */
    public static final String VERSION = "hotpotqa-importer 1";

    private static final String ASK_ID = "a1";

    private final Pace pace;
    private final Findings findings = new Findings(Kind.EVIDENCE_UNRESOLVED, Kind.QUESTION_LEFT_OUT);
    private int questions;

    /** An importer that lays questions out at {@code pace}; for one import. */
    public HotpotImporter(Pace pace) {
        this.pace = pace;
    }

    /**
     * Imports {@code file} into {@code folder}, replacing a dataset that is there.
     *
     * @throws io.fastmemory.datagen.imports.ImportException if the file is not of the expected form
     */
    public ImportReport importTo(Path file, Path folder) throws IOException {
        try (JsonElements elements = JsonElements.open(file);
                DatasetWriter writer = DatasetWriter.open(folder, pace.force())) {
            new Lanes(pace.lanes(), pace.questionDelay().toMillis())
                    .writeTo(writer, startMs -> episode(elements.next(), startMs));
            Dataset dataset = writer.finish(
                    "hotpotqa", "hotpotqa", null, GeneratorConfig.DEFAULT_EPOCH, VERSION, findings.counts());
            return new ImportReport(dataset, findings.told());
        }
    }

    private @Nullable List<Moment> episode(@Nullable JsonAt question, long startMs) throws IOException {
        if (question == null) {
            return null;
        }
        questions++;
        Paragraphs paragraphs = Paragraphs.read(question.object(), "hp-" + questions);
        Map<String, List<String>> evidence = evidence(question, paragraphs);
        String text = question.field("question").text();
        Fact answer = Fact.of(text, null, question.field("answer").text());
        List<Moment> moments = new ArrayList<>();
        long offset = startMs;
        for (Map.Entry<String, String> paragraph : paragraphs.texts().entrySet()) {
            boolean supports = evidence.values().stream().anyMatch(ids -> ids.contains(paragraph.getKey()));
            moments.add(told(paragraphs.entityId(), paragraph, offset, supports ? answer : null));
            offset += pace.turnGap().toMillis();
        }
        if (!evidence.isEmpty()) {
            long asked =
                    offset - pace.turnGap().toMillis() + pace.questionDelay().toMillis();
            moments.add(asked(question, paragraphs.entityId(), asked, answer, evidence));
        }
        return moments;
    }

    /**
     * The paragraphs of one question.
     *
     * @param texts text by event id, in the order of the file
     * @param ids event ids by title
     */
    private record Paragraphs(String entityId, Map<String, String> texts, Map<String, List<String>> ids) {
        static Paragraphs read(JsonAt question, String entityId) throws IOException {
            Map<String, String> texts = new LinkedHashMap<>();
            Map<String, List<String>> ids = new HashMap<>();
            for (JsonAt paragraph : question.field("context").elements()) {
                List<JsonAt> parts = paragraph.elements();
                if (parts.size() != 2) {
                    throw paragraph.wrong("a pair of title and sentences");
                }
                StringBuilder text = new StringBuilder(parts.get(0).text()).append(": ");
                for (JsonAt sentence : parts.get(1).elements()) {
                    if (!sentence.node().isTextual()) {
                        throw sentence.wrong("a sentence");
                    }
                    text.append(sentence.node().textValue().isBlank() ? "" : sentence.text());
                }
                String eventId = entityId + ":p" + (texts.size() + 1);
                texts.put(eventId, text.toString().strip());
                ids.computeIfAbsent(parts.get(0).text(), title -> new ArrayList<>())
                        .add(eventId);
            }
            return new Paragraphs(entityId, texts, ids);
        }
    }

    /** Event ids by supporting title; empty if none can be found. */
    private Map<String, List<String>> evidence(JsonAt question, Paragraphs paragraphs) throws IOException {
        Map<String, List<String>> evidence = new LinkedHashMap<>();
        for (JsonAt supporting : question.field("supporting_facts").elements()) {
            List<JsonAt> parts = supporting.elements();
            if (parts.isEmpty()) {
                throw supporting.wrong("a pair of title and sentence number");
            }
            String title = parts.get(0).text();
            List<String> ids = paragraphs.ids().get(title);
            if (ids == null) {
                findings.add(
                        Kind.EVIDENCE_UNRESOLVED,
                        supporting.place(),
                        "expected the title of a paragraph: found \"" + title + '"');
            } else {
                evidence.put(title, ids);
            }
        }
        if (evidence.isEmpty()) {
            findings.add(
                    Kind.QUESTION_LEFT_OUT, question.place(), "expected a supporting fact in a paragraph: found none");
        }
        return evidence;
    }

    private static Moment told(
            String entityId, Map.Entry<String, String> paragraph, long offsetMs, @Nullable Fact answer) {
        String id = paragraph.getKey();
        Event event = new Event(
                id,
                entityId,
                Scope.USER,
                null,
                offsetMs,
                null,
                "document",
                paragraph.getValue(),
                Urgency.NORMAL,
                Map.of());
        EventCategory category = answer == null ? EventCategory.NOISE : EventCategory.EVIDENCE_PART;
        String group = answer == null ? null : entityId;
        return new Moment.Told(
                event,
                new GoldEvent(id, category, answer == null ? List.of() : List.of(answer), null, List.of(), group));
    }

    private static Moment asked(
            JsonAt question, String entityId, long offsetMs, Fact answer, Map<String, List<String>> evidence)
            throws IOException {
        String id = entityId + ":q";
        String type = question.field("type").optionalScalar();
        Query query = new Query(
                id,
                List.of(entityId),
                null,
                offsetMs,
                null,
                answer.subject(),
                List.of(new Ask(ASK_ID, answer.subject(), null)),
                null);
        List<GoldQuery.Required> required = evidence.values().stream()
                .map(ids -> new GoldQuery.Required(ASK_ID, answer, ids))
                .toList();
        return new Moment.Asked(query, new GoldQuery(id, type == null ? "question" : type, required, List.of(), false));
    }
}

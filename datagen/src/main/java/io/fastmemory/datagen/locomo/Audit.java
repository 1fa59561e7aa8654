package io.fastmemory.datagen.locomo;

import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.ImportReport.Finding;
import io.fastmemory.datagen.imports.ImportReport.Kind;
import io.fastmemory.datagen.imports.JsonAt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Corrections of wrong answers and wrong evidence, found by conversation, question and category.
 *
 * <p>An entry of error type {@code WRONG_CITATION} corrects the evidence alone: its answer is the file's, at times with a
 * remark behind it.
 */
final class Audit {
    private static final String WRONG_CITATION = "WRONG_CITATION";

    private final Map<Key, Correction> corrections = new LinkedHashMap<>();

    private record Key(String sampleId, String question, int category) {}

    /**
     * A correction.
     *
     * @param answer the right answer, or {@code null} if the file's is right
     * @param evidence the right evidence; empty if the file's is right
     */
    record Correction(JsonAt at, @Nullable String answer, List<String> evidence) {}

    /** No corrections at all. */
    static Audit none() {
        return new Audit();
    }

    static Audit read(JsonAt root) throws ImportException {
        Audit audit = new Audit();
        for (JsonAt entry : root.elements()) {
            Key key = new Key(
                    entry.object().field("sample_id").text(),
                    entry.field("question").text(),
                    entry.field("category").integer(1, 5));
            boolean citationOnly = entry.field("error_type").text().equals(WRONG_CITATION);
            List<String> evidence = new ArrayList<>();
            if (!entry.field("correct_evidence").isAbsent()) {
                for (JsonAt id : entry.field("correct_evidence").elements()) {
                    evidence.add(id.text());
                }
            }
            String answer = citationOnly ? null : entry.field("correct_answer").optionalScalar();
            audit.corrections.put(key, new Correction(entry, answer, evidence));
        }
        return audit;
    }

    /** The correction of a question, or {@code null}; it counts as applied. */
    @Nullable
    Correction take(String sampleId, Conversation.Question question) {
        return corrections.remove(new Key(sampleId, question.text(), question.category()));
    }

    /** One finding for each correction that was not taken. */
    List<Finding> unmatched() {
        return corrections.entrySet().stream()
                .map(entry -> new Finding(
                        Kind.AUDIT_UNMATCHED,
                        entry.getValue().at().place(),
                        "expected a question of " + entry.getKey().sampleId() + ": found none like \""
                                + entry.getKey().question() + '"'))
                .toList();
    }
}

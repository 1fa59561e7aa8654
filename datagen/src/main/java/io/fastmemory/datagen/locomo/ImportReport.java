package io.fastmemory.datagen.locomo;

import io.fastmemory.model.Dataset;
import java.util.List;

/**
 * What an import did.
 *
 * @param dataset what was written
 * @param findings what was left out, repaired or could not be applied, in the order of the file
 */
public record ImportReport(Dataset dataset, List<Finding> findings) {
    public ImportReport {
        findings = List.copyOf(findings);
    }

    /** What was found, as one word. */
    public enum Kind {
        /** An evidence id names no turn; the question keeps its other evidence. */
        EVIDENCE_UNRESOLVED,
        /** An evidence id was spelled oddly and is read as the id of a turn. */
        EVIDENCE_REPAIRED,
        /** No evidence is left: the question is left out. */
        QUESTION_LEFT_OUT,
        /** A correction fits no question. */
        AUDIT_UNMATCHED
    }

    /**
     * One thing a reader of the import should know.
     *
     * @param pointer the place: file and JSON pointer
     * @param message what was expected and what was found
     */
    public record Finding(Kind kind, String pointer, String message) {}
}

package io.fastmemory.datagen.imports;

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
        /** Evidence that is named is not there; the question keeps its other evidence. */
        EVIDENCE_UNRESOLVED,
        /** An evidence id was spelled oddly and is read as the id of a turn. */
        EVIDENCE_REPAIRED,
        /** A session is named as evidence but none of its turns: all turns of its user are taken. */
        EVIDENCE_WIDENED,
        /** No evidence is left: the question is left out. */
        QUESTION_LEFT_OUT,
        /** A correction fits no question. */
        AUDIT_UNMATCHED,
        /** A row cannot be read and is left out. */
        ROW_LEFT_OUT
    }

    /**
     * One thing a reader of the import should know.
     *
     * @param pointer the place: file and JSON pointer
     * @param message what was expected and what was found
     */
    public record Finding(Kind kind, String pointer, String message) {}
}

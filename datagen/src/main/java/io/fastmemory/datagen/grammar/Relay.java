package io.fastmemory.datagen.grammar;

import java.util.List;

/**
 * Two facts that only together answer a question: a subject points to a bridge, and the bridge has a detail.
 *
 * @param subjects whose names may be the start
 * @param relation states which bridge belongs to the subject
 * @param bridges the kind of the bridge
 * @param detail the property of the bridge that is asked for
 * @param bridgeByRole how an ask names the bridge without giving it away, with <code>{s}</code> for the start
 * @param questions questions for the bridge and the detail, with <code>{s}</code> for the start
 */
public record Relay(
        SubjectKind subjects,
        Attribute relation,
        SubjectKind bridges,
        Attribute detail,
        Template bridgeByRole,
        List<Template> questions) {
    public Relay {
        questions = List.copyOf(questions);
    }

    /** A relay whose questions are given as texts. */
    static Relay of(
            SubjectKind subjects,
            Attribute relation,
            SubjectKind bridges,
            Attribute detail,
            String bridgeByRole,
            String... questions) {
        return new Relay(
                subjects, relation, bridges, detail, Template.of(bridgeByRole), Template.all(List.of(questions)));
    }
}

package io.fastmemory.datagen.grammar;

import java.util.List;

/**
 * A field of life with its own subjects, vocabulary and chatter.
 *
 * @param sources where its events come from
 * @param kinds what facts are about, each with attributes of its own
 * @param relay its questions over two facts
 * @param chatter sentences of no lasting worth, with the slots of {@link Wording}
 */
public record Domain(List<String> sources, List<SubjectKind> kinds, Relay relay, List<String> chatter) {
    public Domain {
        sources = List.copyOf(sources);
        kinds = List.copyOf(kinds);
        chatter = List.copyOf(chatter);
    }

    /** Every domain, in a fixed order. */
    public static List<Domain> all() {
        return List.of(
                SupportDomain.create(), PersonalDomain.create(), IncidentDomain.create(), ProjectDomain.create());
    }
}

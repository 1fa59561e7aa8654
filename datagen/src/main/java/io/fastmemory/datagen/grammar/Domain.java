package io.fastmemory.datagen.grammar;

import java.util.ArrayList;
import java.util.List;

/**
 * A field of life with its own subjects, vocabulary and chatter.
 *
 * @param sources where its events come from
 * @param kinds what facts are about, each with attributes of its own
 * @param wideKinds kinds with thousands of names, for streams in which an entity is told much
 * @param relay its questions over two facts
 * @param chatter sentences of no lasting worth, with the slots of {@link Wording}
 */
public record Domain(
        List<String> sources,
        List<SubjectKind> kinds,
        List<SubjectKind> wideKinds,
        Relay relay,
        List<Template> chatter) {
    public Domain {
        sources = List.copyOf(sources);
        kinds = List.copyOf(kinds);
        wideKinds = List.copyOf(wideKinds);
        chatter = List.copyOf(chatter);
    }

    static Domain of(
            List<String> sources,
            List<SubjectKind> kinds,
            List<SubjectKind> wideKinds,
            Relay relay,
            List<String> chatter) {
        return new Domain(sources, kinds, wideKinds, relay, Template.all(chatter));
    }

    /** Four domains, in a fixed order: what a small dataset has room for. */
    public static List<Domain> few() {
        return List.of(
                SupportDomain.create(), PersonalDomain.create(), IncidentDomain.create(), ProjectDomain.create());
    }

    /** Every domain, in a fixed order; those of {@link #few} come first. */
    public static List<Domain> all() {
        List<Domain> all = new ArrayList<>(few());
        all.add(SalesDomain.create());
        all.add(FleetDomain.create());
        all.add(HiringDomain.create());
        return List.copyOf(all);
    }

    /** All kinds, the wide ones last. */
    public List<SubjectKind> allKinds() {
        List<SubjectKind> all = new ArrayList<>(kinds);
        all.addAll(wideKinds);
        return all;
    }
}

package io.fastmemory.model.timeline;

import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;

/** What one line of {@code gold.jsonl} labels. */
public sealed interface GoldLine {
    /** Dispatches on what is labelled. */
    <R> R match(Cases<R> cases);

    /** The label of an event. */
    record OfEvent(GoldEvent gold) implements GoldLine {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.event(gold);
        }
    }

    /** The label of a query. */
    record OfQuery(GoldQuery gold) implements GoldLine {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.query(gold);
        }
    }

    /** One method per kind of label. */
    interface Cases<R> {
        R event(GoldEvent gold);

        R query(GoldQuery gold);
    }
}

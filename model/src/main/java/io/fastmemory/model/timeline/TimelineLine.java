package io.fastmemory.model.timeline;

import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Event;
import io.fastmemory.model.Query;

/** What one line of {@code stream.jsonl} turned out to be. */
public sealed interface TimelineLine {
    /** Dispatches on what the line is. */
    <R> R match(Cases<R> cases);

    /** A line that holds an event. */
    record EventRead(Event event) implements TimelineLine {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.event(event);
        }
    }

    /** A line that holds a query. */
    record QueryRead(Query query) implements TimelineLine {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.query(query);
        }
    }

    /** A line that could not be used, with the reason. */
    record Unusable(DeadLetter deadLetter) implements TimelineLine {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.unusable(deadLetter);
        }
    }

    /** One method per outcome. */
    interface Cases<R> {
        R event(Event event);

        R query(Query query);

        R unusable(DeadLetter deadLetter);
    }
}

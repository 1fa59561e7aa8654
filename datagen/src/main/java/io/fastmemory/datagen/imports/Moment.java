package io.fastmemory.datagen.imports;

import io.fastmemory.datagen.DatasetSink;
import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import java.io.IOException;

/** One line of an imported dataset, with its label. */
public sealed interface Moment {
    /** Its place on the timeline. */
    long offsetMs();

    /** Hands the line to a sink. */
    void writeTo(DatasetSink sink) throws IOException;

    /** A line that is an event. */
    record Told(Event event, GoldEvent gold) implements Moment {
        @Override
        public long offsetMs() {
            return event.offsetMs();
        }

        @Override
        public void writeTo(DatasetSink sink) throws IOException {
            sink.event(event, gold);
        }
    }

    /** A line that is a query. */
    record Asked(Query query, GoldQuery gold) implements Moment {
        @Override
        public long offsetMs() {
            return query.offsetMs();
        }

        @Override
        public void writeTo(DatasetSink sink) throws IOException {
            sink.query(query, gold);
        }
    }
}

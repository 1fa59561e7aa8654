package io.fastmemory.datagen;

import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import java.io.IOException;

/** Takes a timeline in order of {@code offset_ms}, each line with its label. */
public interface DatasetSink {
    /** Takes the next line of the timeline, an event. */
    void event(Event event, GoldEvent gold) throws IOException;

    /** Takes the next line of the timeline, a query. */
    void query(Query query, GoldQuery gold) throws IOException;
}

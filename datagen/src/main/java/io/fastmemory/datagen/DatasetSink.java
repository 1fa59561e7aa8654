package io.fastmemory.datagen;

import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Takes a timeline in order of {@code offset_ms}, each line with its label if it has one. */
public interface DatasetSink {
    /** Takes the next line of the timeline, an event, with its label if it has one. */
    void event(Event event, @Nullable GoldEvent gold) throws IOException;

    /** Takes the next line of the timeline, a query, with its label if it has one. */
    void query(Query query, @Nullable GoldQuery gold) throws IOException;
}

package io.fastmemory.model.timeline;

import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Json;
import io.fastmemory.model.Query;

/** Writes the lines of {@code stream.jsonl} and {@code gold.jsonl}: one object each, without a line break. */
public final class DatasetLines {
    private DatasetLines() {}

    /** The line of an event in {@code stream.jsonl}. */
    public static String of(Event event) {
        return line("event", event);
    }

    /** The line of a query in {@code stream.jsonl}. */
    public static String of(Query query) {
        return line("query", query);
    }

    /** The line of an event's label in {@code gold.jsonl}. */
    public static String of(GoldEvent gold) {
        return line("event", gold);
    }

    /** The line of a query's label in {@code gold.jsonl}. */
    public static String of(GoldQuery gold) {
        return line("query", gold);
    }

    private static String line(String kind, Object record) {
        return "{\"kind\":\"" + kind + "\"," + Json.write(record).substring(1);
    }
}

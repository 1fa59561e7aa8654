package io.fastmemory.datagen;

import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A generated dataset in memory, without the way through files. */
final class CollectedLines implements DatasetSink {
    private final List<Object> lines = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Query> queries = new ArrayList<>();
    private final List<GoldEvent> goldEvents = new ArrayList<>();
    private final List<GoldQuery> goldQueries = new ArrayList<>();

    static DatasetReader.Contents of(GeneratorConfig config) throws IOException {
        CollectedLines collected = new CollectedLines();
        new StreamGenerator(config).generate(collected);
        Dataset dataset = new Dataset(
                config.mode(),
                config.mode(),
                config.seed(),
                config.epoch(),
                StreamGenerator.VERSION,
                collected.events.size(),
                collected.queries.size(),
                Map.of(),
                Map.of());
        return new DatasetReader.Contents(
                dataset,
                collected.lines,
                collected.events,
                collected.queries,
                collected.goldEvents,
                collected.goldQueries);
    }

    @Override
    public void event(Event event, GoldEvent gold) {
        lines.add(event);
        events.add(event);
        goldEvents.add(gold);
    }

    @Override
    public void query(Query query, GoldQuery gold) {
        lines.add(query);
        queries.add(query);
        goldQueries.add(gold);
    }
}

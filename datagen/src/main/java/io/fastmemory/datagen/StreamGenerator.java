package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.Domain;
import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.model.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Generates a labelled stream of events and queries: the same configuration yields the same bytes everywhere. */
public final class StreamGenerator {
    /** Name and version of this generator; a change of the bytes it writes changes the version. */
    public static final String VERSION = "stream-generator 1";

    private final GeneratorConfig config;

    /** A generator of the dataset that {@code config} describes. */
    public StreamGenerator(GeneratorConfig config) {
        this.config = config;
    }

    /**
     * Writes the dataset into {@code folder}, replacing a dataset that is there.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the folder holds other files
     */
    public Dataset writeTo(Path folder) throws IOException {
        return writeTo(folder, false);
    }

    /**
     * Writes the dataset into {@code folder}, replacing a dataset that is there.
     *
     * @param force whether a folder that holds other files may be used as well; they stay
     */
    public Dataset writeTo(Path folder, boolean force) throws IOException {
        try (DatasetWriter writer = DatasetWriter.open(folder, force)) {
            generate(writer);
            String name = config.mode() + "-seed-" + config.seed();
            return writer.finish(name, config.mode(), config.seed(), config.epoch(), VERSION, Map.of());
        }
    }

    /** Hands the timeline to {@code sink}, in order, without keeping it in memory. */
    public void generate(DatasetSink sink) throws IOException {
        SplitMix64 random = new SplitMix64(config.seed());
        List<EntityWorld> entities = entities(random);
        Narrator narrator = new Narrator(sink, random);
        for (int block = 0; block < config.blocks(); block++) {
            Timeline timeline = new Timeline();
            new BlockPlan(config, block, entities, random, narrator, timeline).plan();
            timeline.tellAll();
        }
    }

    /** Entities from the busiest to the quietest; their ids and domains say nothing about that order. */
    private List<EntityWorld> entities(SplitMix64 random) {
        List<Domain> domains = Domain.all();
        List<EntityWorld> entities = new ArrayList<>();
        for (int i = 0; i < config.entities(); i++) {
            entities.add(new EntityWorld("u-" + (1001 + i), domains.get(i % domains.size())));
        }
        for (int i = entities.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            EntityWorld swapped = entities.get(i);
            entities.set(i, entities.get(other));
            entities.set(other, swapped);
        }
        return entities;
    }
}

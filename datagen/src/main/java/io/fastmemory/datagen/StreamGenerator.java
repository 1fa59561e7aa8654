package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.model.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongConsumer;

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
        return writeTo(folder, force, done -> {});
    }

    /**
     * Writes the dataset into {@code folder}, replacing a dataset that is there.
     *
     * @param progress is told now and then how many events there are so far
     */
    public Dataset writeTo(Path folder, boolean force, LongConsumer progress) throws IOException {
        try (DatasetWriter writer = DatasetWriter.open(folder, force)) {
            generate(writer, progress);
            String name = config.mode() + "-seed-" + config.seed();
            return writer.finish(name, config.mode(), config.seed(), config.epoch(), VERSION, Map.of());
        }
    }

    /** Hands the timeline to {@code sink}, in order, without keeping it in memory. */
    public void generate(DatasetSink sink) throws IOException {
        generate(sink, done -> {});
    }

    private void generate(DatasetSink sink, LongConsumer progress) throws IOException {
        SplitMix64 random = new SplitMix64(config.seed());
        Cast cast = new Cast(config, random);
        Narrator narrator = new Narrator(sink, random);
        Timeline timeline = new Timeline(config.blockMillis());
        Agenda agenda = new Agenda();
        for (int number = 0; number < config.blocks(); number++) {
            Block block = new Block(config, number, cast, narrator, timeline, agenda);
            new BlockPlan(block).plan();
            timeline.tell(number);
            agenda.close(number);
            narrator.turnPage();
            progress.accept(narrator.events());
        }
    }
}

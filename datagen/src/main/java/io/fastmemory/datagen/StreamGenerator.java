package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.model.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Generates a labelled stream of events and queries: the same configuration yields the same bytes everywhere. */
public final class StreamGenerator {
    /** Name and version of this generator; a change of the bytes it writes changes the version. */
    public static final String VERSION = "stream-generator 1";

    private static final int DIGITS_OF_SHAPE = 8;

    private final GeneratorConfig config;
    private final Map<String, Object> reshaped;

    /** A generator of the dataset that {@code config} describes. */
    public StreamGenerator(GeneratorConfig config) {
        this(config, Map.of());
    }

    /**
     * A generator of a dataset of another shape than its mode has; it gets a name of its own.
     *
     * @param reshaped what differs from the mode, see {@link StreamShape#otherThan}; empty if nothing does
     */
    public StreamGenerator(GeneratorConfig config, Map<String, Object> reshaped) {
        this.config = config;
        this.reshaped = new TreeMap<>(reshaped);
    }

    /** How many events the dataset has. */
    public long events() {
        return config.events();
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
            return writer.finish(name(), config.mode(), config.seed(), config.epoch(), generator(), Map.of());
        }
    }

    private String name() {
        String name = config.mode() + "-seed-" + config.seed();
        if (reshaped.isEmpty()) {
            return name;
        }
        byte[] shape = DatasetWriter.sha256().digest(reshaped.toString().getBytes(StandardCharsets.UTF_8));
        return name + "-shaped-" + HexFormat.of().formatHex(shape).substring(0, DIGITS_OF_SHAPE);
    }

    private String generator() {
        return reshaped.isEmpty() ? VERSION : VERSION + ", reshaped: " + reshaped;
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

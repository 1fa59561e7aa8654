package io.fastmemory.datagen;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a dataset folder: {@code stream.jsonl} without labels, {@code gold.jsonl} with them, {@code dataset.json}.
 *
 * <p>Lines go to temporary names in the folder; {@link #finish} moves them into place, {@code dataset.json} last, so
 * that a folder with it is whole. Closing without finishing leaves what was there before. Memory use does not depend
 * on the number of lines. Not safe for use by several threads.
 */
public final class DatasetWriter implements DatasetSink, Closeable {
    private static final String PARTIAL = ".partial";
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Set<String> OWN_NAMES = Set.of(
            Dataset.DATASET_FILE,
            Dataset.STREAM_FILE,
            Dataset.GOLD_FILE,
            Dataset.STREAM_FILE + PARTIAL,
            Dataset.GOLD_FILE + PARTIAL,
            Dataset.DATASET_FILE + PARTIAL);

    private final Path folder;
    private final Lines stream;
    private final Lines gold;
    private final TreeMap<String, Long> counts = new TreeMap<>();
    private final long[] eventsIn = new long[EventCategory.values().length];
    private long unlabelledEvents;
    private long events;
    private long queries;
    private long lastOffsetMs;

    private DatasetWriter(Path folder) throws IOException {
        this.folder = folder;
        this.stream = new Lines(folder.resolve(Dataset.STREAM_FILE + PARTIAL));
        this.gold = new Lines(folder.resolve(Dataset.GOLD_FILE + PARTIAL));
    }

    /**
     * Starts a dataset in {@code folder}, which is created if absent. A dataset that is there is replaced on
     * {@link #finish}; other files in the folder are never touched.
     *
     * @param force whether a folder that holds other files may be used as well
     * @throws FileAlreadyExistsException if the folder holds other files and {@code force} is false
     * @throws NotDirectoryException if {@code folder} is a file
     */
    public static DatasetWriter open(Path folder, boolean force) throws IOException {
        if (Files.exists(folder)) {
            if (!Files.isDirectory(folder)) {
                throw new NotDirectoryException(folder.toString());
            }
            if (!force && !Files.exists(folder.resolve(Dataset.DATASET_FILE)) && holdsForeignFiles(folder)) {
                throw new FileAlreadyExistsException(
                        folder.toString(), null, "expected an empty folder or a dataset: found other files");
            }
        }
        Files.createDirectories(folder);
        return new DatasetWriter(folder);
    }

    private static boolean holdsForeignFiles(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.anyMatch(entry -> !OWN_NAMES.contains(String.valueOf(entry.getFileName())));
        }
    }

    @Override
    public void event(Event event, @Nullable GoldEvent label) throws IOException {
        requireSame("event_id", event.eventId(), label == null ? event.eventId() : label.eventId());
        advanceTo(event.offsetMs(), event.eventId());
        stream.lines.write(event);
        events++;
        if (label == null) {
            unlabelledEvents++;
            return;
        }
        gold.lines.write(label);
        eventsIn[label.category().ordinal()]++;
    }

    @Override
    public void query(Query query, @Nullable GoldQuery label) throws IOException {
        requireSame("query_id", query.queryId(), label == null ? query.queryId() : label.queryId());
        advanceTo(query.offsetMs(), query.queryId());
        stream.lines.write(query);
        queries++;
        if (label == null) {
            counts.merge("query_unlabelled", 1L, Long::sum);
            return;
        }
        gold.lines.write(label);
        counts.merge("query_" + label.category(), 1L, Long::sum);
    }

    /**
     * Moves the files into place and returns what {@code dataset.json} says.
     *
     * @param moreCounts figures besides those per category, e.g. what an importer left out
     */
    public Dataset finish(
            String name,
            String mode,
            @Nullable Long seed,
            Instant epoch,
            String generator,
            Map<String, Long> moreCounts)
            throws IOException {
        countCategories();
        counts.putAll(moreCounts);
        TreeMap<String, String> sha256 = new TreeMap<>();
        sha256.put(Dataset.STREAM_FILE, stream.finish());
        sha256.put(Dataset.GOLD_FILE, gold.finish());
        Dataset dataset = new Dataset(name, mode, seed, epoch, generator, events, queries, counts, sha256);
        Path description = folder.resolve(Dataset.DATASET_FILE + PARTIAL);
        try (OutputStream out = create(description)) {
            out.write(describe(dataset).getBytes(StandardCharsets.UTF_8));
        }
        Files.deleteIfExists(folder.resolve(Dataset.DATASET_FILE));
        for (String file : List.of(Dataset.STREAM_FILE, Dataset.GOLD_FILE, Dataset.DATASET_FILE)) {
            Files.move(folder.resolve(file + PARTIAL), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        return dataset;
    }

    /** Removes what was written unless it was finished. */
    @Override
    public void close() throws IOException {
        stream.close();
        gold.close();
        Files.deleteIfExists(folder.resolve(Dataset.STREAM_FILE + PARTIAL));
        Files.deleteIfExists(folder.resolve(Dataset.GOLD_FILE + PARTIAL));
        Files.deleteIfExists(folder.resolve(Dataset.DATASET_FILE + PARTIAL));
    }

    /**
     * The text of {@code dataset.json}: keys of maps in order, lines end with a line feed on every system. Written field by
     * field, because binding types would take a good part of a second that a short command does not have.
     */
    static String describe(Dataset dataset) throws IOException {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.setPrettyPrinter(
                    new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter));
            json.writeStartObject();
            json.writeStringField("name", dataset.name());
            json.writeStringField("mode", dataset.mode());
            if (dataset.seed() != null) {
                json.writeNumberField("seed", dataset.seed());
            }
            json.writeStringField("epoch", dataset.epoch().toString());
            json.writeStringField("generator", dataset.generator());
            json.writeNumberField("events", dataset.events());
            json.writeNumberField("queries", dataset.queries());
            json.writeObjectFieldStart("counts");
            for (Map.Entry<String, Long> count : new TreeMap<>(dataset.counts()).entrySet()) {
                json.writeNumberField(count.getKey(), count.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("sha256");
            for (Map.Entry<String, String> digest : new TreeMap<>(dataset.sha256()).entrySet()) {
                json.writeStringField(digest.getKey(), digest.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.toString() + '\n';
    }

    private void advanceTo(long offsetMs, String id) {
        if (offsetMs < lastOffsetMs) {
            throw new IllegalArgumentException(
                    "offset_ms of " + id + " must be at least " + lastOffsetMs + ": " + offsetMs);
        }
        lastOffsetMs = offsetMs;
    }

    private static void requireSame(String field, String line, String label) {
        if (!line.equals(label)) {
            throw new IllegalArgumentException(field + " of the label must be " + line + ": " + label);
        }
    }

    private void countCategories() {
        if (unlabelledEvents > 0) {
            counts.put("event_unlabelled", unlabelledEvents);
        }
        for (EventCategory category : EventCategory.values()) {
            if (eventsIn[category.ordinal()] > 0) {
                counts.put("event_" + category.name().toLowerCase(Locale.ROOT), eventsIn[category.ordinal()]);
            }
        }
    }

    /** A new file in place of one that was left there; a link that lies there is not followed. */
    private static OutputStream create(Path file) throws IOException {
        Files.deleteIfExists(file);
        return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** A file of JSON lines whose digest is taken while it is written. */
    private static final class Lines implements Closeable {
        private final DigestOutputStream out;
        private final LineWriter lines;

        Lines(Path file) throws IOException {
            OutputStream raw = new BufferedOutputStream(create(file), BUFFER_BYTES);
            this.out = new DigestOutputStream(raw, sha256());
            this.lines = new LineWriter(out);
        }

        String finish() throws IOException {
            lines.close();
            return HexFormat.of().formatHex(out.getMessageDigest().digest());
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

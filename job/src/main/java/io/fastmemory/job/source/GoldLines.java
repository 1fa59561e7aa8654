package io.fastmemory.job.source;

import io.fastmemory.model.timeline.GoldLine;
import io.fastmemory.model.timeline.GoldParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.apache.flink.core.fs.Path;

/** Reads a {@code gold.jsonl} line by line, as bytes: what is not UTF-8 is refused with its place, and never replaced. */
public final class GoldLines {
    private GoldLines() {}

    /**
     * Hands on every label; blank lines are passed over.
     *
     * @throws io.fastmemory.model.timeline.LineException naming file, line and field of a label that cannot be read
     */
    public static void read(String file, Consumer<GoldLine> each) {
        readPlaced(file, (place, label) -> each.accept(label));
    }

    /**
     * Hands on every label with the line it stands in; blank lines are passed over.
     *
     * @throws io.fastmemory.model.timeline.LineException naming file, line and field of a label that cannot be read
     */
    static void readPlaced(String file, BiConsumer<InputLine, GoldLine> each) {
        Path path = new Path(file);
        NumberedLineFormat format = new NumberedLineFormat(path.getName());
        try (StreamFormat.Reader<InputLine> lines =
                format.createReader(new Configuration(), path.getFileSystem().open(path))) {
            for (InputLine line = lines.read(); line != null; line = lines.read()) {
                if (!isBlank(line.bytes())) {
                    each.accept(line, GoldParser.parse(line.file(), line.line(), line.bytes()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read labels from " + file, e);
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte next : line) {
            if (next != ' ' && next != '\t' && next != '\r') {
                return false;
            }
        }
        return true;
    }
}

package io.fastmemory.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that were seen in the folder, and may be gone when they are to be read. */
class NumberedFilesFormatTest {
    private static final Configuration NONE = new Configuration();

    @TempDir
    private Path folder;

    private final NumberedFilesFormat format = new NumberedFilesFormat();

    /** What a reader gave, and where its reading stood behind it. */
    private record Read(List<InputLine> lines, @Nullable CheckpointedPosition position) {
        List<String> positions() {
            return lines.stream().map(line -> line.file() + ":" + line.line()).toList();
        }
    }

    private FileSourceSplit split(Path file, @Nullable CheckpointedPosition position) {
        return new FileSourceSplit(
                "1", new org.apache.flink.core.fs.Path(file.toString()), 0, 100, 0, 100, new String[0], position);
    }

    private static Read read(BulkFormat.Reader<InputLine> reader) throws IOException {
        List<InputLine> lines = new ArrayList<>();
        CheckpointedPosition position = null;
        try (reader) {
            for (var batch = reader.readBatch(); batch != null; batch = reader.readBatch()) {
                for (RecordAndPosition<InputLine> next = batch.next(); next != null; next = batch.next()) {
                    lines.add(next.getRecord());
                    position = new CheckpointedPosition(next.getOffset(), next.getRecordSkipCount());
                }
                batch.releaseBatch();
            }
        }
        return new Read(lines, position);
    }

    @Test
    void linesBearTheNameOfTheirFileWhateverItsLengthWasWhenItWasFound() throws IOException {
        Path file = Files.writeString(folder.resolve("stream-1.jsonl"), "a\nb\n");

        Read read = read(format.createReader(NONE, split(file, null)));

        assertThat(read.positions()).containsExactly("stream-1.jsonl:1", "stream-1.jsonl:2");
        assertThat(read.lines()).allMatch(line -> line.whyUnreadable() == null);
    }

    @Test
    void fileThatIsGoneIsToldOnce() throws IOException {
        Path file = folder.resolve("stream-1.jsonl");

        Read read = read(format.createReader(NONE, split(file, null)));

        assertThat(read.positions()).containsExactly("stream-1.jsonl:0");
        assertThat(read.lines().get(0).whyUnreadable()).contains("stream-1.jsonl");
        assertThat(read(format.restoreReader(NONE, split(file, read.position())))
                        .lines())
                .as("after a restart")
                .isEmpty();
    }

    @Test
    void changeOfAFileIsToldOnceAndNothingOfItIsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("stream-1.jsonl"), "a\nb\n");
        FileSourceSplit change = NumberedFilesFormat.ofChange(
                split(file, null), split(file, null).path());

        Read read = read(format.restoreReader(NONE, change));

        assertThat(read.positions()).containsExactly("stream-1.jsonl:0");
        assertThat(read.lines().get(0).whyUnreadable()).contains("give each file a new name");
        assertThat(read(format.restoreReader(NONE, split(file, read.position())))
                        .lines())
                .as("after a restart")
                .isEmpty();
    }

    @Test
    void whatCannotBeReadAsAFileIsTold() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("stream-1.jsonl"));

        assertThat(read(format.createReader(NONE, split(directory, null))).positions())
                .containsExactly("stream-1.jsonl:0");
    }

    @Test
    void fileThatIsGoneAfterHalfOfItWasReadIsToldBehindItsLines() throws IOException {
        Path file = Files.writeString(folder.resolve("stream-1.jsonl"), "a\nb\n");
        CheckpointedPosition half = new CheckpointedPosition(CheckpointedPosition.NO_OFFSET, 1);
        assertThat(read(format.restoreReader(NONE, split(file, half))).positions())
                .containsExactly("stream-1.jsonl:2");
        Files.delete(file);

        assertThat(read(format.restoreReader(NONE, split(file, half))).positions())
                .containsExactly("stream-1.jsonl:0");
    }
}

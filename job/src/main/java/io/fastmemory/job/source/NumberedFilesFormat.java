package io.fastmemory.job.source;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.impl.StreamFormatAdapter;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads many files like {@link NumberedLineFormat} reads one, each line under the name of its own file.
 *
 * <p>Failure: a file that is gone when its turn comes, or that this process may not read, is told as {@link
 * InputLine#ofUnreadableFile}, once, and the others are read. Other failures to open one fail the job, as they may pass.
 * A split {@link #ofChange of a change} is told in the same way.
 */
public final class NumberedFilesFormat implements BulkFormat<InputLine, FileSourceSplit> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(NumberedFilesFormat.class);

    /** Where reading of a file stands that was told as unreadable; no line ends there. */
    private static final long TOLD = Long.MAX_VALUE;

    /** Where reading stands of a file that has changed and is to be told. */
    private static final CheckpointedPosition CHANGED = new CheckpointedPosition(TOLD - 1, 0);

    private static final String WHY_NOT_AGAIN =
            "it changed after it was found, and a file of this name is not read again; give each file a new name";

    /** A split that stands for the change of a file that was found before: nothing is read, it is told. */
    static FileSourceSplit ofChange(FileSourceSplit split, Path file) {
        return new FileSourceSplit(
                split.splitId(),
                file,
                0,
                split.fileSize(),
                split.fileModificationTime(),
                split.fileSize(),
                split.hostnames(),
                CHANGED);
    }

    @Override
    public Reader<InputLine> createReader(Configuration config, FileSourceSplit split) throws IOException {
        try {
            return linesOf(split).createReader(config, asItIs(split));
        } catch (IOException e) {
            return told(split, e);
        }
    }

    @Override
    public Reader<InputLine> restoreReader(Configuration config, FileSourceSplit split) throws IOException {
        long stands =
                split.getReaderPosition().map(CheckpointedPosition::getOffset).orElse(0L);
        if (stands == TOLD) {
            return new OneLine(null);
        }
        if (stands == CHANGED.getOffset()) {
            String file = split.path().getName();
            LOG.warn("file changed after it was found and becomes a dead letter file={}", file);
            return new OneLine(InputLine.ofUnreadableFile(file, WHY_NOT_AGAIN));
        }
        try {
            return linesOf(split).restoreReader(config, asItIs(split));
        } catch (IOException e) {
            return told(split, e);
        }
    }

    private static StreamFormatAdapter<InputLine> linesOf(FileSourceSplit split) {
        return new StreamFormatAdapter<>(new NumberedLineFormat(split.path().getName()));
    }

    /** The whole file, which may have another length than when it was found. */
    private static FileSourceSplit asItIs(FileSourceSplit split) throws IOException {
        FileStatus file = split.path().getFileSystem().getFileStatus(split.path());
        return new FileSourceSplit(
                split.splitId(),
                split.path(),
                0,
                file.getLen(),
                file.getModificationTime(),
                file.getLen(),
                split.hostnames(),
                split.getReaderPosition().orElse(null));
    }

    private static Reader<InputLine> told(FileSourceSplit split, IOException failure) throws IOException {
        if (isReadable(split)) {
            throw failure;
        }
        LOG.warn(
                "file cannot be read and becomes a dead letter file={}",
                split.path().getName(),
                failure);
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return new OneLine(InputLine.ofUnreadableFile(split.path().getName(), reason));
    }

    private static boolean isReadable(FileSourceSplit split) {
        java.nio.file.Path file = java.nio.file.Path.of(split.path().getPath());
        return Files.isReadable(file) && !Files.isDirectory(file);
    }

    @Override
    public boolean isSplittable() {
        return false;
    }

    @Override
    public TypeInformation<InputLine> getProducedType() {
        return Types.POJO(InputLine.class);
    }

    /** One line, behind which nothing is read of the file any more. */
    private static final class OneLine implements Reader<InputLine>, RecordIterator<InputLine> {
        private @Nullable InputLine line;

        OneLine(@Nullable InputLine line) {
            this.line = line;
        }

        @Override
        public @Nullable RecordIterator<InputLine> readBatch() {
            return line == null ? null : this;
        }

        @Override
        public @Nullable RecordAndPosition<InputLine> next() {
            InputLine next = line;
            line = null;
            return next == null ? null : new RecordAndPosition<>(next, TOLD, 0);
        }

        @Override
        public void releaseBatch() {}

        @Override
        public void close() {}
    }
}

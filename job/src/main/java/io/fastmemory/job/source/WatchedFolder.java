package io.fastmemory.job.source;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.assigners.FileSplitAssigner;
import org.apache.flink.connector.file.src.enumerate.NonSplittingRecursiveEnumerator;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A folder whose files {@code stream*.jsonl} are read as they appear, each once and whole, oldest first. A file must
 * appear whole, by being renamed into place: what is written to it after it was read is not seen.
 */
public final class WatchedFolder {
    private WatchedFolder() {}

    /**
     * The lines of the files, without an end.
     *
     * @param interval how often the folder is looked at
     */
    public static FileSource<InputLine> source(String folder, Duration interval) {
        return FileSource.forBulkFileFormat(new NumberedFilesFormat(), new Path(folder))
                .monitorContinuously(interval)
                .setFileEnumerator(InputsOfFolder::new)
                .setSplitAssigner(OldestFirst::new)
                .build();
    }

    /** Whether a file is read; the start of a name tells drafts, labels and descriptions apart. */
    static boolean isInput(Path path) {
        return path.getName().startsWith("stream") && path.getName().endsWith(".jsonl");
    }

    /** The files of the folder itself, each as one split. */
    private static final class InputsOfFolder extends NonSplittingRecursiveEnumerator {
        @Override
        public Collection<FileSourceSplit> enumerateSplits(Path[] folders, int minDesiredSplits) throws IOException {
            List<FileSourceSplit> splits = new ArrayList<>();
            for (Path folder : folders) {
                FileSystem files = folder.getFileSystem();
                for (FileStatus file : files.listStatus(folder)) {
                    if (!file.isDir() && isInput(file.getPath())) {
                        convertToSourceSplits(file, files, splits);
                    }
                }
            }
            return splits;
        }
    }

    /** Files in the order they were written, those of one instant by name. */
    private static final class OldestFirst implements FileSplitAssigner {
        private final TreeSet<FileSourceSplit> waiting =
                new TreeSet<>(Comparator.comparingLong(FileSourceSplit::fileModificationTime)
                        .thenComparing(split -> split.path().toString())
                        .thenComparing(FileSourceSplit::splitId));

        OldestFirst(Collection<FileSourceSplit> splits) {
            waiting.addAll(splits);
        }

        @Override
        public Optional<FileSourceSplit> getNext(@Nullable String hostname) {
            return Optional.ofNullable(waiting.pollFirst());
        }

        @Override
        public void addSplits(Collection<FileSourceSplit> splits) {
            waiting.addAll(splits);
        }

        @Override
        public Collection<FileSourceSplit> remainingSplits() {
            return List.copyOf(waiting);
        }
    }
}

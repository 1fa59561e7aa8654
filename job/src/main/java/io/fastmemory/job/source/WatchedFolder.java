package io.fastmemory.job.source;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.assigners.FileSplitAssigner;
import org.apache.flink.connector.file.src.enumerate.NonSplittingRecursiveEnumerator;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder whose files {@code stream*.jsonl} are read as they appear, each once and whole, oldest first. A file must
 * appear whole, by being renamed into place: what is written to it after it was read is not seen.
 */
public final class WatchedFolder {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFolder.class);

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

    /**
     * The files of the folder itself, each as one split. Only names are listed: of a file that has vanished since, or a link
     * that leads nowhere, nothing else can be asked, and the others must be found all the same.
     */
    private static final class InputsOfFolder extends NonSplittingRecursiveEnumerator {
        private final Set<Path> passedOver = new HashSet<>();

        @Override
        public Collection<FileSourceSplit> enumerateSplits(Path[] folders, int minDesiredSplits) throws IOException {
            List<FileSourceSplit> splits = new ArrayList<>();
            for (Path folder : folders) {
                try (DirectoryStream<java.nio.file.Path> names =
                        Files.newDirectoryStream(java.nio.file.Path.of(folder.getPath()))) {
                    for (java.nio.file.Path name : names) {
                        Path file = new Path(folder, name.getFileName().toString());
                        if (isInput(file)) {
                            add(file, splits);
                        }
                    }
                } catch (DirectoryIteratorException e) {
                    throw e.getCause();
                }
            }
            return splits;
        }

        private void add(Path file, List<FileSourceSplit> splits) {
            try {
                FileSystem files = file.getFileSystem();
                FileStatus status = files.getFileStatus(file);
                if (!status.isDir()) {
                    convertToSourceSplits(status, files, splits);
                }
            } catch (IOException e) {
                if (passedOver.add(file)) {
                    LOG.warn("file is passed over as long as it cannot be looked at file={}", file.getName(), e);
                }
            }
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

package io.fastmemory.job.source;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
 * appear whole, by being renamed into place, and under a new name: what is written to it after it was found, or comes under
 * its name, is not read, and told.
 *
 * <p>Flink remembers the paths it has found, in its checkpoint, and nothing else of them. So each file is found twice: itself,
 * and its {@link SeenState}, which has a path of its own. A state that is found without its file is a change.
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
     * The files of the folder itself, each as one split, and their states. Only names are listed: of a file that has vanished since, or a link
     * that leads nowhere, nothing else can be asked, and the others must be found all the same.
     */
    private static final class InputsOfFolder extends NonSplittingRecursiveEnumerator {
        private final Set<Path> passedOver = new HashSet<>();
        private Map<Path, Path> lastStates = Map.of();

        @Override
        public Collection<FileSourceSplit> enumerateSplits(Path[] folders, int minDesiredSplits) throws IOException {
            List<FileSourceSplit> splits = new ArrayList<>();
            Map<Path, Path> states = new HashMap<>();
            for (Path folder : folders) {
                try (DirectoryStream<java.nio.file.Path> names =
                        Files.newDirectoryStream(java.nio.file.Path.of(folder.getPath()))) {
                    for (java.nio.file.Path name : names) {
                        Path file = new Path(folder, name.getFileName().toString());
                        if (isInput(file)) {
                            add(file, splits, states);
                        }
                    }
                } catch (DirectoryIteratorException e) {
                    throw e.getCause();
                }
            }
            lastStates = states;
            return splits;
        }

        private void add(Path file, List<FileSourceSplit> splits, Map<Path, Path> states) {
            try {
                FileSystem files = file.getFileSystem();
                FileStatus status = files.getFileStatus(file);
                if (!status.isDir()) {
                    convertToSourceSplits(status, files, splits);
                    addState(status, splits, states);
                }
            } catch (IOException e) {
                if (passedOver.add(file)) {
                    LOG.warn("file is passed over as long as it cannot be looked at file={}", file.getName(), e);
                }
            }
        }

        /** Adds a file's state where it is seen for the first time or no longer changes: one that grows is told when it rests. */
        private void addState(FileStatus status, List<FileSourceSplit> splits, Map<Path, Path> states) {
            Path state = SeenState.of(status);
            states.put(status.getPath(), state);
            Path before = lastStates.get(status.getPath());
            if (before == null || before.equals(state)) {
                splits.add(new FileSourceSplit(
                        getNextId(), state, 0, status.getLen(), status.getModificationTime(), status.getLen()));
            }
        }
    }

    /** What a file was like when it was looked at, as a path that no file has and that stays the same until it changes. */
    private static final class SeenState {
        private static final String SIGN = "@";

        private SeenState() {}

        static Path of(FileStatus status) {
            return status.getPath().suffix(SIGN + status.getModificationTime() + "-" + status.getLen());
        }

        /** The file a split is the state of, or {@code null} if it is a file's own. */
        static @Nullable Path fileOf(FileSourceSplit split) {
            if (isInput(split.path())) {
                return null;
            }
            String name = split.path().getName();
            return new Path(split.path().getParent(), name.substring(0, name.lastIndexOf(SIGN)));
        }
    }

    /** Files in the order they were written, those of one instant by name; and changes of files that were found before. */
    private static final class OldestFirst implements FileSplitAssigner {
        private final TreeSet<FileSourceSplit> waiting =
                new TreeSet<>(Comparator.comparingLong(FileSourceSplit::fileModificationTime)
                        .thenComparing(split -> split.path().toString())
                        .thenComparing(FileSourceSplit::splitId));

        OldestFirst(Collection<FileSourceSplit> splits) {
            addSplits(splits);
        }

        @Override
        public Optional<FileSourceSplit> getNext(@Nullable String hostname) {
            return Optional.ofNullable(waiting.pollFirst());
        }

        @Override
        public void addSplits(Collection<FileSourceSplit> splits) {
            Set<Path> paths = splits.stream().map(FileSourceSplit::path).collect(Collectors.toSet());
            for (FileSourceSplit split : splits) {
                Path file = SeenState.fileOf(split);
                if (file == null) {
                    waiting.add(split);
                } else if (!paths.contains(file)) {
                    waiting.add(NumberedFilesFormat.ofChange(split, file));
                }
            }
        }

        @Override
        public Collection<FileSourceSplit> remainingSplits() {
            return List.copyOf(waiting);
        }
    }
}

package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.reward.RewardWeights;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Json;
import io.fastmemory.model.Undecided;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EndLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.IndexLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.LabelLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import io.fastmemory.model.rollout.VersionLine;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges the part files of a run into {@code raw_rollouts.jsonl}, {@code dead_letter.jsonl} and {@code undecided.jsonl}.
 *
 * <p>The order is canonical: kind, then time, then ids; it does not depend on which task wrote a line. Every line is
 * checked, each query's verdict against its recomputation; each failed query gets the cause that follows from the whole
 * run, and queries and calls get their rewards. Results appear under their names only when they are complete; merging again gives the same bytes.
 */
public final class RolloutMerger {
    /** Folder of the part files in a run's folder. */
    public static final String PARTS = "parts";

    /** Name of the file of unreadable input. */
    public static final String DEAD_LETTER_FILE = "dead_letter.jsonl";

    /** Name of the file of parked events. */
    public static final String UNDECIDED_FILE = "undecided.jsonl";

    /** Folder of the rollout parts the job wrote, under {@link #PARTS} and in the folder of each redrive there. */
    public static final String ROLLOUT_PARTS = "raw_rollouts";

    /** Folder of the dead-letter parts, likewise. */
    public static final String DEAD_LETTER_PARTS = "dead_letter";

    /** Folder of the undecided parts, likewise. */
    public static final String UNDECIDED_PARTS = "undecided";

    /** What the names of the folders of redrives that came to their end begin with, under {@link #PARTS}. */
    public static final String REDRIVE_PREFIX = "redrive-";

    /** Files of rollout lines the launcher wrote, under {@link #PARTS}; each may be absent but the first. */
    public static final List<String> LAUNCHER_FILES = List.of("run.jsonl", "labels.jsonl", "end.jsonl");

    /** What store and index held when the run had ended, under {@link #PARTS}, or a redrive, in its folder: the last counts. */
    private static final String DIGESTS = "digests.jsonl";

    private static final int CALL = 4;
    private static final int QUERY = 7;

    private static final Logger LOG = LoggerFactory.getLogger(RolloutMerger.class);

    private RolloutMerger() {}

    /** Whether {@code runDir} holds the parts of a run, with its own line; a finished run may have lost them. */
    public static boolean hasParts(Path runDir) {
        return Files.isRegularFile(runDir.resolve(PARTS).resolve(LAUNCHER_FILES.get(0)));
    }

    /**
     * Merges the parts of {@code runDir}, which stay where they are.
     *
     * @throws InvalidRolloutException naming file and line of what cannot be merged
     */
    public static void merge(Path runDir, RewardWeights weights) throws IOException {
        Path parts = runDir.resolve(PARTS);
        Rollouts rollouts = mergeRollouts(runDir, parts, weights);
        mergeRecords(
                partFiles(parts, DEAD_LETTER_PARTS),
                runDir.resolve(DEAD_LETTER_FILE),
                DeadLetter.class,
                letter -> true,
                letter -> new Order(0, Instant.EPOCH, letter.file(), letter.line()));
        mergeRecords(
                partFiles(parts, UNDECIDED_PARTS),
                runDir.resolve(UNDECIDED_FILE),
                Undecided.class,
                it -> isUndecided(it, rollouts.event(it.event().eventId())),
                it -> new Order(0, it.parkedAt(), it.event().eventId(), it.callSeq()));
    }

    /** Whether the event is still parked by that very call; a redrive may have decided it, or parked it anew. */
    private static boolean isUndecided(Undecided parked, @Nullable EventLine lastOutcome) {
        return lastOutcome == null || lastOutcome.callSeq() == parked.callSeq();
    }

    private static Rollouts mergeRollouts(Path runDir, Path parts, RewardWeights weights) throws IOException {
        List<Path> files = new ArrayList<>();
        LAUNCHER_FILES.stream().map(parts::resolve).filter(Files::exists).forEach(files::add);
        List<Path> digests = new ArrayList<>(List.of(parts.resolve(DIGESTS)));
        redrives(parts).forEach(redrive -> digests.add(redrive.resolve(DIGESTS)));
        digests.stream().filter(Files::exists).reduce((earlier, later) -> later).ifPresent(files::add);
        files.addAll(partFiles(parts, ROLLOUT_PARTS));
        Rollouts.Reader reader = new Rollouts.Reader();
        try (Spool spool = new Spool(runDir.resolve(Rollouts.FILE))) {
            for (Path file : files) {
                JsonLines.read(file, RolloutLine.class, (line, number, bytes) -> {
                    if (line instanceof QueryLine query) {
                        Judgement.checkVerdict(query, file, number);
                    }
                    reader.add(line, file, number);
                    spool.add(order(line), bytes);
                });
            }
            Rollouts rollouts = reader.finish(parts.resolve(LAUNCHER_FILES.get(0)));
            Judgement judgement = new Judgement(rollouts);
            spool.read(QUERY, bytes -> judgement.judge((QueryLine) Json.MAPPER.readValue(bytes, RolloutLine.class)));
            RewardedLines lines = new RewardedLines(judgement, RunRewards.of(rollouts, judgement.blames(), weights));
            spool.writeSorted(
                    runDir.resolve(Rollouts.FILE),
                    (kind, bytes) -> kind == QUERY || kind == CALL ? lines.rewrite(bytes) : bytes);
            LOG.info("merged rollouts run_dir={} part_files={}", runDir, files.size());
            return rollouts;
        }
    }

    private static <T> void mergeRecords(
            List<Path> files, Path target, Class<T> type, Predicate<T> kept, Function<T, Order> order)
            throws IOException {
        try (Spool spool = new Spool(target)) {
            for (Path file : files) {
                JsonLines.read(file, type, (value, number, bytes) -> {
                    if (kept.test(value)) {
                        spool.add(order.apply(value), bytes);
                    }
                });
            }
            spool.writeSorted(target, (kind, bytes) -> bytes);
        }
    }

    /** Finished part files of one kind, of the run and of its redrives that came to their end. */
    private static List<Path> partFiles(Path parts, String kind) throws IOException {
        List<Path> files = new ArrayList<>(finished(parts.resolve(kind)));
        for (Path redrive : redrives(parts)) {
            files.addAll(finished(redrive.resolve(kind)));
        }
        return files;
    }

    /** Folders of redrives that came to their end, in their order. */
    private static List<Path> redrives(Path parts) {
        List<Path> folders = new ArrayList<>();
        for (int number = 1; Files.isDirectory(parts.resolve(REDRIVE_PREFIX + number)); number++) {
            folders.add(parts.resolve(REDRIVE_PREFIX + number));
        }
        return folders;
    }

    /** Part files below {@code folder}; those a sink has not finished are hidden by a dot or an underscore. */
    private static List<Path> finished(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> isVisible(folder.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isVisible(Path relative) {
        for (Path step : relative) {
            if (step.toString().startsWith(".") || step.toString().startsWith("_")) {
                return false;
            }
        }
        return true;
    }

    private static Order order(RolloutLine line) {
        if (line instanceof RunLine it) {
            return new Order(0, it.startedAt(), it.runId(), 0);
        } else if (line instanceof InputLine it) {
            return new Order(1, Instant.EPOCH, it.file(), it.line());
        } else if (line instanceof LabelLine it) {
            return new Order(2, Instant.EPOCH, it.gold().eventId(), 0);
        } else if (line instanceof EventLine it) {
            return new Order(3, it.arrivalAt(), it.eventId(), it.callSeq());
        } else if (line instanceof CallLine it) {
            return new Order(CALL, it.decidedAt(), it.entityId(), it.callSeq());
        } else if (line instanceof VersionLine it) {
            return new Order(
                    5, it.committedAt(), it.memory().memoryId(), it.memory().version());
        } else if (line instanceof IndexLine it) {
            return new Order(6, it.requestedAt(), it.memoryId(), it.version());
        } else if (line instanceof QueryLine it) {
            return new Order(QUERY, it.arrivalAt(), it.queryId(), 0);
        } else if (line instanceof DigestLine it) {
            int kind = it instanceof DigestLine.State ? 8 : it instanceof DigestLine.Store ? 9 : 10;
            return new Order(kind, Instant.EPOCH, it.entityId(), 0);
        } else if (line instanceof EndLine it) {
            return new Order(11, it.endedAt(), it.runId(), 0);
        }
        throw new IllegalStateException("no order for " + line.getClass());
    }

    /** The place of a line in the merged file. */
    private record Order(int kind, Instant at, String id, long number) {}

    /** Lines set down in one file in the order they came, to be read back in their order. */
    private static final class Spool implements AutoCloseable {
        private static final Comparator<Line> ORDER = Comparator.comparingInt((Line line) -> line.order.kind())
                .thenComparing(line -> line.order.at())
                .thenComparing(line -> line.order.id())
                .thenComparingLong(line -> line.order.number())
                .thenComparingInt(line -> line.hash);

        private record Line(Order order, int hash, long offset, int length) {}

        private final Path file;
        private final OutputStream out;
        private final List<Line> lines = new ArrayList<>();
        private long size;

        Spool(Path target) throws IOException {
            file = ResultFile.unforeseen(target, ".spool");
            out = new BufferedOutputStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        }

        void add(Order order, byte[] bytes) throws IOException {
            out.write(bytes);
            lines.add(new Line(order, Arrays.hashCode(bytes), size, bytes.length));
            size += bytes.length;
        }

        /** Reads the lines of one kind, in the order they came. */
        void read(int kind, LineVisitor visitor) throws IOException {
            out.flush();
            try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                for (Line line : lines) {
                    if (line.order.kind() == kind) {
                        visitor.visit(read(in, line));
                    }
                }
            }
        }

        void writeSorted(Path target, LineRewrite rewrite) throws IOException {
            out.flush();
            lines.sort(ORDER);
            try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
                    ResultFile.Draft sorted = ResultFile.draft(target)) {
                for (Line line : lines) {
                    sorted.out().write(rewrite.rewrite(line.order.kind(), read(in, line)));
                    sorted.out().write('\n');
                }
                sorted.putInPlace();
            }
        }

        private byte[] read(FileChannel in, Line line) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(line.length);
            while (bytes.hasRemaining()) {
                if (in.read(bytes, line.offset + bytes.position()) < 0) {
                    throw new EOFException(file + " ends before the line at " + line.offset);
                }
            }
            return bytes.array();
        }

        @Override
        public void close() throws IOException {
            out.close();
            Files.deleteIfExists(file);
        }
    }

    private interface LineRewrite {
        byte[] rewrite(int kind, byte[] bytes) throws IOException;
    }

    private interface LineVisitor {
        void visit(byte[] bytes) throws IOException;
    }
}

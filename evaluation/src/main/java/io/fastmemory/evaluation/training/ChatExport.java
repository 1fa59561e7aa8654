package io.fastmemory.evaluation.training;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.InvalidRolloutException;
import io.fastmemory.evaluation.metric.JsonLines;
import io.fastmemory.evaluation.metric.ResultFile;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.metric.RunFiles;
import io.fastmemory.job.policy.reply.Prompts;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes the policy calls of an evaluated run as conversations with rewards, one line of memory at a time. */
public final class ChatExport {
    /** Name of the file in a run's folder, unless another is asked for. */
    public static final String FILE = "chat.jsonl";

    private final Path runDir;
    private final Path rollouts;
    private final CallChoice choice;

    /** An export of the run in {@code runDir}. */
    public ChatExport(Path runDir, CallChoice choice) {
        this.runDir = runDir;
        this.rollouts = runDir.resolve(Rollouts.FILE);
        this.choice = choice;
    }

    /**
     * Writes a file, which appears under its name only when it is complete.
     *
     * @throws InvalidRolloutException if the run is not evaluated, or its rollouts are torn, cut, or of other prompts
     */
    public ExportCounts writeTo(Path target) throws IOException {
        if (Files.isDirectory(target)) {
            throw new IOException("expected a file to write to, found a folder: " + target);
        }
        if (Files.exists(target) && Files.exists(rollouts) && Files.isSameFile(target, rollouts)) {
            throw new IOException("expected another file than the rollouts that are read: " + target);
        }
        Path absolute = target.toAbsolutePath();
        if (absolute.getParent() != null) {
            Files.createDirectories(absolute.getParent());
        }
        try (ResultFile.Draft draft = ResultFile.draft(absolute)) {
            ExportCounts counts = writeTo(draft.out());
            draft.putInPlace();
            return counts;
        }
    }

    /** The same to a stream, which is not closed; what was written before a failure stays written. */
    public ExportCounts writeTo(OutputStream out) throws IOException {
        RunFiles.requireEvaluated(runDir);
        EvalSummary summary = EvalSummary.read(runDir.resolve(EvalSummary.FILE));
        Lines lines = new Lines(out);
        JsonLines.read(rollouts, RolloutLine.class, lines::take);
        ExportCounts counts = lines.counts();
        long counted = summary.cost().policy().decisions();
        if (counted != counts.calls()) {
            throw new InvalidRolloutException(
                    rollouts,
                    "expected " + counted + " calls, as " + EvalSummary.FILE + " counts, found " + counts.calls()
                            + ": the rollouts are cut off, or were changed since; run 'fmw evaluate " + runDir
                            + "' again");
        }
        out.flush();
        return counts;
    }

    /** The lines of the rollouts as they go by. */
    private final class Lines {
        private final OutputStream out;
        private final Map<String, Long> leftOut = new TreeMap<>();
        private @Nullable RunLine run;
        private long calls;
        private long exported;

        Lines(OutputStream out) {
            this.out = out;
        }

        void take(RolloutLine line, long number, byte[] bytes) throws IOException {
            if (line instanceof RunLine first) {
                run = first;
            } else if (run == null) {
                throw new InvalidRolloutException(rollouts, number, "expected the run's own line first");
            } else if (line instanceof CallLine call) {
                calls++;
                take(run, call, number);
            }
        }

        private void take(RunLine of, CallLine call, long number) throws IOException {
            if (call.reward() == null) {
                throw new InvalidRolloutException(
                        rollouts,
                        number,
                        "/reward: expected a reward of call " + call.callSeq() + " of " + call.entityId()
                                + ", found none: run 'fmw evaluate " + runDir
                                + "' first; a run that records no budgets has no rewards");
            }
            String why = choice.leftOut(of, call);
            if (why != null) {
                leftOut.merge(why, 1L, Long::sum);
                return;
            }
            if (!of.promptHash().equals(Prompts.sha256())) {
                throw new InvalidRolloutException(
                        rollouts,
                        "/prompt_hash: expected a run with the prompts of this program, " + Prompts.sha256()
                                + ", found " + of.promptHash() + ": export it with version "
                                + of.versions().getOrDefault("fmw", "unknown")
                                + " of this program, which made it; these prompts were not sent");
            }
            out.write(Json.write(ChatExample.of(of, call)).getBytes(StandardCharsets.UTF_8));
            out.write('\n');
            exported++;
        }

        ExportCounts counts() throws IOException {
            if (run == null) {
                throw new InvalidRolloutException(rollouts, "expected the run's own line first, found no lines");
            }
            return new ExportCounts(calls, exported, leftOut, run.llm().mock());
        }
    }
}

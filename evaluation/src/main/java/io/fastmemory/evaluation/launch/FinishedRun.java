package io.fastmemory.evaluation.launch;

import io.fastmemory.evaluation.metric.Completeness;
import io.fastmemory.evaluation.metric.RolloutMerger;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.report.TerminalText;
import io.fastmemory.job.ConfiguredBackends;
import io.fastmemory.job.JobConfig;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.RunRecord;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/**
 * A run that ended when its submitter had left, as on a cluster: its end is read off what the job wrote, and what store and
 * index hold is recorded then.
 */
public final class FinishedRun {
    private FinishedRun() {}

    /**
     * Records the end of an evaluated run that has none, if everything that its job had to write is there. Says why not
     * otherwise, and leaves the folder as it is.
     *
     * @param drained whether the job was ended before its dataset did ({@code flink stop --drain})
     * @param trusted whether addresses in the run's record may be sent keys; its folder may come from anyone
     * @return whether the end was recorded, so that the run is to be evaluated again
     */
    public static boolean recordEnd(Path runDir, boolean drained, boolean trusted, Clock clock, PrintWriter out)
            throws IOException {
        if (!RolloutMerger.hasParts(runDir)) {
            return false; // all that is left of the run is its rollouts
        }
        Rollouts rollouts = Rollouts.read(runDir.resolve(Rollouts.FILE));
        if (rollouts.end() != null) {
            return false;
        }
        String missing = Completeness.missing(rollouts, drained);
        if (missing != null) {
            out.println("note: the run's end is not recorded, and not everything is written: "
                    + TerminalText.line(missing));
            return false;
        }
        try {
            List<String> elsewhere = RecordedRun.keyedAddressesElsewhere(rollouts.run());
            if (!elsewhere.isEmpty() && !trusted) {
                throw new IOException("the run's own record names " + TerminalText.line(elsewhere.get(0))
                        + ", which would be sent a key of this environment; if it is yours, say --trust-addresses");
            }
            JobConfig config = configOf(rollouts.run(), runDir);
            if (!Files.isRegularFile(Path.of(config.storePath()))) {
                throw new IOException("expected the run's store: " + config.storePath() + " is not there");
            }
            RunRecord.writeEnd(config, new ConfiguredBackends(config, clock), rollouts.lastAt(), null);
            return true;
        } catch (IOException | RuntimeException unreachable) { // whatever client it is that cannot reach its service
            out.println("note: the run's end is not recorded: store and index cannot be read to compare them with"
                    + " what the job remembered: " + TerminalText.line(reasonOf(unreachable)));
            return false;
        }
    }

    /** The configuration as it was recorded; the folder may have been moved since. */
    private static JobConfig configOf(RunLine run, Path runDir) {
        Configuration options = Configuration.fromMap(run.config());
        options.set(JobOptions.OUTPUT_PATH, runDir.toAbsolutePath().normalize().toString());
        options.set(JobOptions.RUN_START, run.startedAt().toEpochMilli());
        return JobConfig.from(options, run.startedAt());
    }

    /** What was being done, and what went wrong underneath. */
    private static String reasonOf(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String told = String.valueOf(failure.getMessage());
        String beneath = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return told.contains(beneath) ? told : told + ": " + beneath;
    }
}

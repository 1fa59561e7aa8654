package io.fastmemory.evaluation.suite;

import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.job.source.DatasetFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Makes the runs of a suite that are not finished yet, each once, however many processes work on the same folder.
 *
 * <p>A run belongs to who holds the lock of its name. What another holds is passed over and looked at again later; when
 * nothing else is left, this waits for it. A run that fails is remembered, and the others go on.
 */
public final class Suite {
    private static final String LOCKS = "locks";

    /** Makes one run. */
    @FunctionalInterface
    public interface Runner {
        /** Runs the job and leaves an evaluated run in the folder. */
        void run(SuiteRun run, Path dataset, Path runDir) throws Exception;
    }

    /**
     * What became of the runs asked for.
     *
     * @param made run ids of this call
     * @param found run ids that were finished before, or by another process meanwhile
     * @param failed messages by run id
     */
    public record Outcome(Set<String> made, Set<String> found, Map<String, String> failed) {}

    private final Path suiteDir;
    private final SuiteFile asked;
    private final SuiteDatasets datasets;
    private final Runner runner;
    private final Function<Exception, String> sentence;
    private final PrintWriter out;
    private final NamedLocks locks;
    private final Set<String> made = new LinkedHashSet<>();
    private final Set<String> found = new LinkedHashSet<>();
    private final Map<String, String> failed = new LinkedHashMap<>();
    private final Map<SuiteRun, Integer> numbers = new LinkedHashMap<>();

    /**
     * A suite.
     *
     * @param asked its settings, and the seeds and policies to be made now
     * @param locks of the folder, see {@link #locks(Path)}
     * @param sentence says why a run failed
     * @param out where the progress is told
     */
    public Suite(
            Path suiteDir,
            SuiteFile asked,
            SuiteDatasets datasets,
            NamedLocks locks,
            Runner runner,
            Function<Exception, String> sentence,
            PrintWriter out) {
        this.suiteDir = suiteDir;
        this.asked = asked;
        this.datasets = datasets;
        this.locks = locks;
        this.runner = runner;
        this.sentence = sentence;
        this.out = out;
        for (long seed : asked.seeds()) {
            for (String policy : asked.policies()) {
                numbers.put(new SuiteRun(policy, asked.settings().dataset(), seed), numbers.size() + 1);
            }
        }
    }

    /** The locks of a suite's folder, which is made if it is not there. */
    public static NamedLocks locks(Path suiteDir) throws IOException {
        return new NamedLocks(suiteDir.resolve(LOCKS));
    }

    /**
     * Makes what is not finished.
     *
     * @param ending asked before each run; once it holds, no other is begun
     * @throws IllegalArgumentException if the folder holds a suite of other settings
     */
    public Outcome execute(BooleanSupplier ending) throws IOException, InterruptedException {
        try (NamedLocks.Claim held = locks.claim("suite")) {
            SuiteFile.join(suiteDir, asked);
        }
        List<SuiteRun> left = new ArrayList<>(numbers.keySet());
        boolean told = false;
        while (!left.isEmpty() && !ending.getAsBoolean()) {
            int before = left.size();
            pass(left, ending);
            if (left.size() == before && !ending.getAsBoolean()) {
                if (!told) {
                    say("waiting for " + left.size() + " runs that another process makes");
                    told = true;
                }
                locks.await();
            }
        }
        return new Outcome(made, found, failed);
    }

    /** Takes each run that nobody else holds. */
    private void pass(List<SuiteRun> left, BooleanSupplier ending) throws IOException, InterruptedException {
        for (Iterator<SuiteRun> each = left.iterator(); each.hasNext() && !ending.getAsBoolean(); ) {
            SuiteRun run = each.next();
            Optional<NamedLocks.Claim> claim = locks.tryClaim(run.runId());
            if (claim.isPresent()) {
                try (NamedLocks.Claim held = claim.get()) {
                    settle(run);
                }
                each.remove();
            }
        }
    }

    private void settle(SuiteRun run) throws InterruptedException {
        try {
            Path dataset = datasets.folder(run.seed());
            Path runDir = suiteDir.resolve(run.runId());
            RunFolder folder = new RunFolder(runDir, run);
            Optional<EvalSummary> finished = folder.finished();
            if (finished.isPresent()) {
                skip(run, folder.misfit(finished.get(), asked.settings(), sha256(dataset)));
            } else {
                say(progress(run) + " …");
                folder.begin();
                runner.run(run, dataset, runDir);
                told(folder.written()
                        .orElseThrow(() -> new IOException("expected a finished run, found none: " + runDir)));
                made.add(run.runId());
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) { // whatever it is, the other runs can go on; it is named now and at the end
            String message = sentence.apply(e);
            failed.put(run.runId(), message);
            say(progress(run) + " FAILED: " + message);
        }
    }

    private void skip(SuiteRun run, Optional<String> misfit) throws IOException {
        if (misfit.isPresent()) {
            throw new IOException(misfit.get());
        }
        found.add(run.runId());
        say(progress(run) + " is finished already, skipped");
    }

    private static String sha256(Path dataset) throws IOException {
        return DatasetFolder.open(dataset).sha256();
    }

    private void told(EvalSummary summary) {
        Double success = summary.headline().answerSuccess();
        Double score = summary.headline().score();
        say(String.format(
                Locale.ROOT,
                "%s: success %s, score %s, %.1f s",
                summary.runId(),
                success == null ? "–" : String.format(Locale.ROOT, "%.1f %%", success * 100),
                score == null ? "–" : String.format(Locale.ROOT, "%.1f", score),
                summary.wallS()));
    }

    private String progress(SuiteRun run) {
        return "[" + numbers.get(run) + "/" + numbers.size() + "] " + run;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}

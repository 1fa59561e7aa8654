package io.fastmemory.evaluation.chaos;

import io.fastmemory.evaluation.chaos.Scenario.Blow;
import io.fastmemory.evaluation.launch.FinishedRun;
import io.fastmemory.evaluation.metric.Evaluator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A run on a cluster of processes that is struck again and again, each time after the model was asked some more. */
final class StruckCluster {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** So that the stream goes on for as long as the blows take. */
    private static final String SLOW = "0.5x";
    /** So that it goes on beyond them, and is cut off. */
    private static final String SLOWEST = "0.3x";

    private static final int TASK_MANAGERS = 2;
    private static final int SLOTS = 2;
    /** Questions between two blows. */
    private static final int QUESTIONS_APART = 10;

    private final Path folder;
    private final List<Blow> blows;
    private final WatchedModel model;
    private final Clock clock;

    private int parallelism = TASK_MANAGERS;
    private int restores;
    private int killed;
    private String job = "";

    /** @param folder of the run; its name is the run id */
    StruckCluster(Path folder, List<Blow> blows, WatchedModel model, Clock clock) {
        this.folder = folder;
        this.blows = blows;
        this.model = model;
        this.clock = clock;
    }

    /**
     * Runs the dataset to its end.
     *
     * @return for each blow from when to when not all of the job ran; none of a job that is drained, as its stream is so slow
     *     that there may be nothing to decide
     */
    List<Outage> run(Path dataset, Map<String, String> options, PrintWriter log)
            throws IOException, InterruptedException, TimeoutException {
        Path script = Path.of(System.getProperty("fmw.home", "."), "docker", "cluster");
        List<Outage> outages = new ArrayList<>();
        try (ProcessCluster cluster =
                ProcessCluster.start(script, folder.resolve("cluster"), TASK_MANAGERS, SLOTS, Map.of())) {
            Map<String, String> all = new TreeMap<>(options);
            all.put("fmw.run.id", folder.getFileName().toString());
            all.put(
                    "fmw.run.start",
                    Long.toString(clock.instant().plusSeconds(15).toEpochMilli()));
            all.put("fmw.source.dataset", dataset.toAbsolutePath().toString());
            all.putIfAbsent("fmw.source.speed", blows.contains(Blow.DRAIN) ? SLOWEST : SLOW);
            all.put("fmw.output.path", folder.toAbsolutePath().toString());
            job = submit(cluster, all, null);
            for (Blow blow : blows) {
                model.awaitAsked(model.asked().size() + QUESTIONS_APART, PATIENCE);
                cluster.awaitCheckpoints(job, 1);
                outages.add(strike(cluster, blow, all));
            }
            cluster.awaitEnd(job, PATIENCE);
        }
        Evaluator.evaluate(folder);
        FinishedRun.recordEnd(folder, blows.contains(Blow.DRAIN), false, clock, log);
        return blows.contains(Blow.DRAIN) ? List.of() : outages;
    }

    private String submit(ProcessCluster cluster, Map<String, String> options, @Nullable String from)
            throws IOException, InterruptedException {
        List<String> flink = new ArrayList<>(List.of("-p", Integer.toString(parallelism)));
        List<String> arguments = new ArrayList<>();
        if (from != null) {
            flink.add("--fromSavepoint=" + from);
        }
        options.forEach((key, value) -> {
            if (key.startsWith("fmw.")) {
                arguments.add("--" + key + "=" + value);
            } else {
                flink.add("-D" + key + "=" + value);
            }
        });
        return cluster.submit(flink, arguments);
    }

    /** Returns when every task of the job runs again, or the job is over. */
    private Outage strike(ProcessCluster cluster, Blow blow, Map<String, String> options)
            throws IOException, InterruptedException, TimeoutException {
        Instant struck = clock.instant();
        switch (blow) {
            case TASK_MANAGER -> {
                int number = killed++ % TASK_MANAGERS + 1;
                cluster.killTaskManager(number);
                cluster.startTaskManager(number);
                cluster.awaitRestored(job, ++restores);
            }
            case JOB_MANAGER -> {
                cluster.killJobManager();
                cluster.startJobManager();
                restores = 1; // counted by each JobManager anew
                cluster.awaitRestored(job, restores);
            }
            case SAVEPOINT -> {
                String savepoint = cluster.stopWithSavepoint(job);
                parallelism = parallelism == TASK_MANAGERS ? TASK_MANAGERS * SLOTS : TASK_MANAGERS;
                job = submit(cluster, options, savepoint);
                restores = 1; // the savepoint itself
                cluster.awaitRestored(job, restores);
            }
            case DRAIN -> cluster.drain(job);
        }
        cluster.awaitRunning(job);
        return new Outage(struck, clock.instant());
    }
}

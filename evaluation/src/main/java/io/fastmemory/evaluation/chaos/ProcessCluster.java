package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Flink cluster of processes on this machine, as {@code docker/cluster} starts it, whose parts can be killed.
 *
 * <p>Not for several threads. Every wait ends by a condition that Flink's REST API reports, or fails at its deadline.
 */
public final class ProcessCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** The first start builds the job's jar. */
    private static final Duration PATIENCE_TO_BUILD = Duration.ofMinutes(15);

    private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");
    private static final Pattern SAVEPOINT = Pattern.compile("(?:Path: |Savepoint completed\\. Path: )(\\S+)");

    private final Path script;
    private final Path folder;
    private final Map<String, String> environment;
    private final FlinkRest rest;

    private ProcessCluster(Path script, Path folder, Map<String, String> environment, FlinkRest rest) {
        this.script = script;
        this.folder = folder;
        this.environment = environment;
        this.rest = rest;
    }

    /**
     * Starts a cluster and waits until its TaskManagers have registered.
     *
     * @param script the file {@code docker/cluster}
     * @param folder where it keeps everything
     * @param slots of each TaskManager
     * @param environment on top of this process's own, seen by every process of the cluster and by the client
     */
    public static ProcessCluster start(
            Path script, Path folder, int taskManagers, int slots, Map<String, String> environment)
            throws IOException, InterruptedException, TimeoutException {
        Files.createDirectories(folder);
        String printed;
        try {
            printed = call(
                    script,
                    PATIENCE_TO_BUILD,
                    environment,
                    List.of(
                            "start",
                            folder.toString(),
                            "--taskmanagers",
                            Integer.toString(taskManagers),
                            "--slots",
                            Integer.toString(slots)));
        } catch (IOException | InterruptedException e) {
            stopWhatWasStarted(script, folder, environment, e);
            throw e;
        }
        String url = printed.lines()
                .filter(line -> line.startsWith("web UI: "))
                .map(line -> line.substring("web UI: ".length()))
                .findFirst()
                .orElseThrow(() -> new IOException("expected docker/cluster to print where the web UI is: " + printed));
        ProcessCluster cluster = new ProcessCluster(script, folder, Map.copyOf(environment), new FlinkRest(url));
        try {
            cluster.awaitTaskManagers(taskManagers);
        } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private static void stopWhatWasStarted(Path script, Path folder, Map<String, String> environment, Exception failure)
            throws InterruptedException {
        try {
            call(script, PATIENCE, environment, List.of("stop", folder.toString()));
        } catch (IOException notEvenThat) {
            failure.addSuppressed(notEvenThat);
        }
    }

    /** Flink's REST API of this cluster. */
    public FlinkRest rest() {
        return rest;
    }

    /**
     * Submits the job detached.
     *
     * @param flink options of {@code flink run}, such as {@code -Dkey=value} or {@code --fromSavepoint=…}
     * @param job options of the job, such as {@code --fmw.run.id=…}
     * @return the job's id
     */
    public String submit(List<String> flink, List<String> job) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("submit", folder.toString()));
        arguments.addAll(flink);
        arguments.add("--");
        arguments.addAll(job);
        String printed = call(script, PATIENCE, environment, arguments);
        Matcher id = JOB_ID.matcher(printed);
        if (!id.find()) {
            throw new IOException("expected flink run to print the job's id: " + printed);
        }
        return id.group(1);
    }

    /** Kills a TaskManager, from 1, as {@code kill -9} does. */
    public void killTaskManager(int number) throws IOException, InterruptedException {
        command("kill-taskmanager", Integer.toString(number));
    }

    /** Starts a TaskManager that was killed, or one more. */
    public void startTaskManager(int number) throws IOException, InterruptedException {
        command("start-taskmanager", Integer.toString(number));
    }

    /** Kills the JobManager, as {@code kill -9} does. */
    public void killJobManager() throws IOException, InterruptedException {
        command("kill-jobmanager");
    }

    /** Starts the JobManager again, which goes on with the jobs that ran. */
    public void startJobManager() throws IOException, InterruptedException {
        command("start-jobmanager");
    }

    /** Cancels a job; its last checkpoint stays. */
    public void cancel(String jobId) throws IOException, InterruptedException {
        command("cancel", jobId);
    }

    /** Takes a savepoint of a running job; returns where it is. */
    public String savepoint(String jobId) throws IOException, InterruptedException {
        return savepointOf(command("savepoint", jobId));
    }

    /** Stops a job with a savepoint; returns where it is. */
    public String stopWithSavepoint(String jobId) throws IOException, InterruptedException {
        return savepointOf(command("stop-with-savepoint", jobId));
    }

    /** Stops a job once it has decided what has arrived; it leaves a savepoint. */
    public void drain(String jobId) throws IOException, InterruptedException {
        command("flink", "stop", "--drain", jobId);
    }

    private static String savepointOf(String printed) throws IOException {
        Matcher path = SAVEPOINT.matcher(printed);
        if (!path.find()) {
            throw new IOException("expected Flink to print where the savepoint is: " + printed);
        }
        return path.group(1);
    }

    /** Waits until so many TaskManagers are registered. */
    public void awaitTaskManagers(int number) throws IOException, InterruptedException, TimeoutException {
        rest.await("/taskmanagers", PATIENCE, number + " TaskManagers", answer -> {
            int found = 0;
            for (JsonNode taskManager : answer.path("taskmanagers")) {
                found += taskManager.path("slotsNumber").asInt() > 0 ? 1 : 0;
            }
            return found >= number;
        });
    }

    /** Waits until every task of the job runs, or the job has come to its end. */
    public void awaitRunning(String jobId) throws IOException, InterruptedException, TimeoutException {
        rest.await("/jobs/" + jobId, PATIENCE, "every task of job " + jobId + " running", job -> {
            if (job.path("state").asText().equals("FINISHED")) {
                return true;
            }
            for (JsonNode vertex : job.path("vertices")) {
                if (!vertex.path("status").asText().equals("RUNNING")) {
                    return false;
                }
            }
            return job.path("state").asText().equals("RUNNING");
        });
    }

    /** Waits until the job has gone on from a checkpoint so many times since its JobManager was started. */
    public void awaitRestored(String jobId, long times) throws IOException, InterruptedException, TimeoutException {
        rest.await(
                "/jobs/" + jobId + "/checkpoints",
                PATIENCE,
                times + " restored checkpoints",
                answer -> answer.at("/counts/restored").asLong() >= times);
    }

    /** Waits until the job has completed so many checkpoints since its JobManager was started. */
    public void awaitCheckpoints(String jobId, long number) throws IOException, InterruptedException, TimeoutException {
        rest.await(
                "/jobs/" + jobId + "/checkpoints",
                PATIENCE,
                number + " completed checkpoints",
                answer -> answer.at("/counts/completed").asLong() >= number);
    }

    /**
     * Waits until the job has finished.
     *
     * @throws IOException if it failed or was cancelled, with what Flink says
     */
    public void awaitEnd(String jobId, Duration timeout) throws IOException, InterruptedException, TimeoutException {
        String state = rest.await("/jobs/" + jobId, timeout, "the end of job " + jobId, job -> isEnd(job))
                .path("state")
                .asText();
        if (!state.equals("FINISHED")) {
            String why = rest.get("/jobs/" + jobId + "/exceptions")
                    .at("/exceptionHistory/entries/0/stacktrace")
                    .asText();
            throw new IOException("expected job " + jobId + " to finish, found " + state + ": " + why);
        }
    }

    private static boolean isEnd(JsonNode job) {
        return List.of("FINISHED", "FAILED", "CANCELED")
                .contains(job.path("state").asText());
    }

    private String command(String name, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(name, folder.toString()));
        all.addAll(List.of(arguments));
        return call(script, PATIENCE, environment, all);
    }

    private static String call(Path script, Duration patience, Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(arguments);
        File printed = File.createTempFile("cluster-", ".out"); // a pipe would be held open by what the script starts
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed);
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            String text = Files.readString(printed.toPath(), StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                throw new IOException("expected " + String.join(" ", command) + " to end well within " + patience
                        + ", found " + (ended ? "exit code " + process.exitValue() : "no end") + ": " + text);
            }
            return text;
        } finally {
            Files.deleteIfExists(printed.toPath());
        }
    }

    /** Ends every process of the cluster; the folder stays. */
    @Override
    public void close() throws IOException, InterruptedException {
        command("stop");
    }
}

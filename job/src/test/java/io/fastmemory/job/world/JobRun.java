package io.fastmemory.job.world;

import io.fastmemory.job.JobConfig;
import io.fastmemory.job.JobOptions;
import io.fastmemory.job.MemoryWriteJob;
import io.fastmemory.job.Redrive;
import io.fastmemory.job.RedriveParts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A run of the whole job as its main class builds it, on whatever cluster the test has started. */
public final class JobRun {
    private static final Duration PATIENCE = Duration.ofMinutes(5); // a busy machine is no failure

    private final Path folder;
    private final OutsideWorld world;
    private final Map<String, String> options = new TreeMap<>();
    private final Configuration flink = new Configuration();
    private int parallelism = 2;

    /** A run in {@code folder}, which holds its dataset in {@code dataset}. */
    public JobRun(String runId, Path folder, OutsideWorld world) {
        this.folder = folder;
        this.world = world;
        options.put(JobOptions.RUN_ID.key(), runId);
        options.put(JobOptions.OUTPUT_PATH.key(), folder.resolve("out").toString());
        options.put(JobOptions.DATASET_PATH.key(), folder.resolve("dataset").toString());
        options.put(JobOptions.SPEED.key(), "max");
        options.put(
                JobOptions.RUN_START.key(),
                Long.toString(new RunClock().instant().plusSeconds(1).toEpochMilli()));
        options.put(JobOptions.INDEX_URL.key(), "http://localhost:1/the-test-has-its-own-index");
        options.put(JobOptions.STORAGE_TOKENS.key(), "1000000");
        options.put(JobOptions.PROMPT_TOKENS.key(), "1000000");
        options.put(JobOptions.INDEX_OPERATIONS.key(), "1000000");
        options.put(JobOptions.CALL_TIMEOUT.key(), "3 min");
        options.put(JobOptions.LATE_EFFECT_TIMEOUT.key(), "1 s"); // nothing is on its way for longer here
        flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        flink.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        flink.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 20);
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
    }

    /** The same with another option of the job. */
    public JobRun with(String key, String value) {
        options.put(key, value);
        return this;
    }

    /** The same on another state backend, {@code hashmap} or {@code rocksdb}. */
    public JobRun on(String stateBackend) {
        flink.set(StateBackendOptions.STATE_BACKEND, stateBackend);
        return this;
    }

    /** The same with aligned checkpoints. */
    public JobRun aligned() {
        flink.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
        return this;
    }

    /** The same with so many subtasks of each step. */
    public JobRun parallelism(int subtasks) {
        parallelism = subtasks;
        return this;
    }

    /** The same starting from a savepoint or a retained checkpoint. */
    public JobRun from(String savepoint) {
        flink.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        return this;
    }

    /** The same, but the checkpoints stay when the job is cancelled. */
    public JobRun retainingCheckpoints() {
        flink.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        return this;
    }

    /** Submits the job. */
    public JobClient start() throws Exception {
        StreamExecutionEnvironment environment = environment();
        return environment.executeAsync("test run");
    }

    /** Submits the job that decides parked events again; {@link #show} lets its lines be seen. */
    public JobClient start(Redrive redrive) throws Exception {
        boolean followsAnother = RedriveParts.begin(config(new RunClock()));
        return environment(redrive, followsAnother).executeAsync("test redrive");
    }

    /** Shows what a redrive whose job has ended has written. */
    public void show() throws IOException {
        RedriveParts.show(config(new RunClock()));
    }

    /** The environment with the job's graph, not submitted. */
    public StreamExecutionEnvironment environment() throws IOException {
        StreamExecutionEnvironment environment = configured();
        RunClock clock = new RunClock();
        MemoryWriteJob.build(environment, config(clock), world.backends(), clock);
        return environment;
    }

    /** The environment with the graph that decides parked events again, not submitted. */
    public StreamExecutionEnvironment environment(Redrive redrive, boolean followsAnother) {
        StreamExecutionEnvironment environment = configured();
        RunClock clock = new RunClock();
        MemoryWriteJob.buildRedrive(environment, config(clock), world.backends(), redrive, followsAnother, clock);
        return environment;
    }

    private StreamExecutionEnvironment configured() {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(flink);
        environment.setParallelism(parallelism);
        MemoryWriteJob.configure(environment);
        return environment;
    }

    private JobConfig config(RunClock clock) {
        return JobConfig.from(Configuration.fromMap(options), clock.instant());
    }

    /** Waits until the job has ended well. */
    public static void awaitEnd(JobClient job) throws Exception {
        try {
            job.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | InterruptedException e) { // the test's own timeout interrupts
            JobStatus status = job.getJobStatus().get(1, TimeUnit.MINUTES);
            String doing = doing();
            job.cancel().get(1, TimeUnit.MINUTES); // the next test needs its slots
            throw new AssertionError("expected the end of the job within " + PATIENCE + ": " + status + doing, e);
        }
    }

    /** What the tasks and the threads of the product are doing. */
    private static String doing() {
        StringBuilder stacks = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            String stack = Arrays.stream(frames).map(frame -> "\n    " + frame).collect(Collectors.joining());
            if (stack.contains("io.fastmemory") || stack.contains("StreamTask")) {
                stacks.append("\n  ").append(thread.getName()).append(stack);
            }
        });
        return stacks.toString();
    }

    /** What the run left. */
    public RunFiles files() {
        return new RunFiles(folder.resolve("out").resolve(MemoryWriteJob.PARTS));
    }
}

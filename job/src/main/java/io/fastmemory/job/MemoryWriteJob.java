package io.fastmemory.job;

import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.JobOptions.ReaderType;
import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.backend.ReplayedRun;
import io.fastmemory.job.backend.StepBackends;
import io.fastmemory.job.policy.LlmMemoryWritePolicy;
import io.fastmemory.job.policy.NoMemory;
import io.fastmemory.job.policy.OraclePolicy;
import io.fastmemory.job.policy.PolicyFactory;
import io.fastmemory.job.policy.ReplayPolicy;
import io.fastmemory.job.policy.StoreEverything;
import io.fastmemory.job.reader.GoldReader;
import io.fastmemory.job.reader.LlmReader;
import io.fastmemory.job.reader.ReaderFactory;
import io.fastmemory.job.reader.ReplayReader;
import io.fastmemory.job.source.DatasetFolder;
import io.fastmemory.job.source.GoldLabels;
import io.fastmemory.job.source.InputLine;
import io.fastmemory.job.source.IntendedArrival;
import io.fastmemory.job.source.NumberedLineFormat;
import io.fastmemory.job.source.PacedSource;
import io.fastmemory.job.source.Speed;
import io.fastmemory.job.source.WatchedFolder;
import io.fastmemory.job.step.EntityInput;
import io.fastmemory.job.step.FixedStreamTime;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.core.execution.DetachedJobExecutionResult;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/**
 * The streaming job: {@code flink run fast-memory-write-job.jar --fmw.source.dataset DIR --fmw.output.path DIR …}.
 *
 * <p>Every option of {@link JobOptions} may be given as {@code --key value} or {@code --key=value}; those of Flink are
 * given to {@code flink run}.
 */
public final class MemoryWriteJob {
    /** Where the part files of the three sinks are, below the output folder. */
    public static final String PARTS = "parts";

    private static final int MAX_RESTARTS = 12;

    private MemoryWriteJob() {}

    /** Submits the job; waits for its end and records it, unless the submission is detached. */
    public static void main(String[] arguments) throws Exception {
        Clock clock = Clock.systemUTC();
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        Configuration options = options(arguments);
        if (!options.contains(JobOptions.RUN_ID)) {
            options.set(JobOptions.RUN_ID, "run-" + clock.instant().toEpochMilli());
        }
        JobConfig config = JobConfig.from(options, clock.instant());
        configure(environment);
        requireUnaligned(environment, config);
        Backends backends = new ConfiguredBackends(config, clock);
        Preflight.Findings findings = new Preflight(config, backends).check();
        findings.notes().forEach(note -> System.err.println("note: " + note));
        options.addAll(findings.learnt());
        config = JobConfig.from(options, clock.instant()); // the clock starts when all is well
        Preflight.claim(config, backends, findings.datasetSha256());
        RunRecord.write(config, findings.mock());
        RunRecord.writeLabels(config);
        build(environment, config, backends, clock);
        JobExecutionResult result = environment.execute("fast-memory-write " + config.runId());
        if (!(result instanceof DetachedJobExecutionResult)) { // else nobody waits; the evaluation looks afterwards
            RunRecord.writeEnd(config, backends, clock.instant(), null);
        }
    }

    /** The arguments as options; each must be one of the job's, so that a misspelt one is not overlooked. */
    private static Configuration options(String[] arguments) {
        Configuration options = new Configuration();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (!name.startsWith("--fmw.")) {
                throw new IllegalArgumentException("unknown option " + name + ": expected --fmw.…");
            }
            if (equals < 0 && ++i == arguments.length) {
                throw new IllegalArgumentException("expected a value behind option " + name);
            }
            options.setString(name.substring(2), equals < 0 ? arguments[i] : argument.substring(equals + 1));
        }
        return options;
    }

    /** Defaults of Flink's own options that the job wants; what is set already stays. */
    public static void configure(StreamExecutionEnvironment environment) {
        Configuration defaults = new Configuration();
        defaults.set(PipelineOptions.GENERIC_TYPES, false);
        defaults.set(PipelineOptions.OBJECT_REUSE, true); // every record on an edge is immutable
        defaults.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(20));
        // Every record leaves at once: they are few, and a flusher for each task wakes up far more often than they
        // come.
        defaults.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
        defaults.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(5));
        defaults.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        // At the end of input a step drains what is in flight and lets no checkpoint pass: those that time out must not
        // restart the job. See docs/adr/0001-policy-loop.md.
        defaults.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
        // Nor may one that got stuck as the tasks ended keep the job from ending for Flink's ten minutes.
        defaults.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMinutes(2));
        // What fails for good, or is cancelled, can be gone on with once the fault is mended.
        defaults.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        defaults.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        // A fault that does not pass must end the run; one that passed for a minute starts the count anew.
        defaults.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, Duration.ofMillis(200));
        defaults.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofSeconds(10));
        defaults.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                Duration.ofMinutes(1));
        defaults.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, MAX_RESTARTS);
        Configuration given = Configuration.fromMap(
                environment.getConfiguration() instanceof Configuration set ? set.toMap() : java.util.Map.of());
        defaults.addAll(given);
        environment.configure(defaults);
    }

    /** Builds source, graph and sinks. */
    public static void build(StreamExecutionEnvironment environment, JobConfig config, Backends backends, Clock clock)
            throws IOException {
        requireUnaligned(environment, config);
        Instant epoch = DatasetFolder.describe(java.nio.file.Path.of(config.datasetPath()))
                .epoch();
        MemoryWriteTopology topology = topology(config, new StepBackends(backends, false), epoch, clock);
        write(topology.build(source(environment, config, clock)), config.outputPath() + "/" + PARTS);
    }

    /**
     * Builds the graph that decides parked events of a run again; what its sinks write is seen after {@link RedriveParts#show}.
     *
     * @param config the run's own, which its memory is rebuilt by
     * @param redrive what is decided again, not empty
     * @param followsAnother what {@link RedriveParts#begin} said
     */
    public static void buildRedrive(
            StreamExecutionEnvironment environment,
            JobConfig config,
            Backends backends,
            Redrive redrive,
            boolean followsAnother,
            Clock clock) {
        // Its files appear at its end alone: one that does not come to it is made again, from the same recorded state.
        // Nor may
        // it go on after a failure, as a sink whose input had ended by then has written all it got.
        environment.getCheckpointConfig().disableCheckpointing();
        environment.configure(new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
        List<EntityInput> parked = redrive.events().stream()
                .map(event -> new EntityInput(event.event().entityId(), event, null))
                .toList();
        SingleOutputStreamOperator<EntityInput> inputs = environment
                .fromData(parked, Types.POJO(EntityInput.class))
                .uid(Uids.REDRIVE_SOURCE)
                .name("parked events")
                .setParallelism(1)
                .assignTimestampsAndWatermarks(new FixedStreamTime(redrive.streamMs()))
                .uid(Uids.STREAM_TIME)
                .name("stream time")
                .setParallelism(1);
        // Every event is dated already.
        MemoryWriteTopology topology = topology(config, new StepBackends(backends, true), Instant.EPOCH, clock);
        write(
                topology.buildRedrive(inputs, redrive.callsBefore(), followsAnother),
                RedriveParts.hidden(config).toString());
    }

    private static MemoryWriteTopology topology(JobConfig config, StepBackends opened, Instant epoch, Clock clock) {
        String goldFile = config.datasetPath() + "/" + Dataset.GOLD_FILE;
        return new MemoryWriteTopology(
                config,
                opened,
                policies(config, opened, goldFile, clock),
                readers(config, opened, goldFile, clock),
                goldFile,
                epoch,
                clock);
    }

    private static void write(MemoryWriteTopology.Outputs outputs, String parts) {
        outputs.rollouts()
                .sinkTo(sink(parts + "/raw_rollouts"))
                .uid(Uids.ROLLOUT_SINK)
                .name("rollouts");
        // Lambdas, since two serialised references to one generic method are taken for each other (JDK-8208470).
        outputs.deadLetters()
                .map(deadLetter -> Json.write(deadLetter))
                .uid(Uids.DEAD_LETTER_JSON)
                .name("dead letters as JSON")
                .sinkTo(sink(parts + "/dead_letter"))
                .uid(Uids.DEAD_LETTER_SINK)
                .name("dead letters");
        outputs.undecided()
                .map(undecided -> Json.write(undecided))
                .uid(Uids.UNDECIDED_JSON)
                .name("undecided as JSON")
                .sinkTo(sink(parts + "/undecided"))
                .uid(Uids.UNDECIDED_SINK)
                .name("undecided");
    }

    /**
     * Refuses aligned checkpoints for settled queries: what waits behind an aligned barrier may be what such a query waits
     * for. To be asked before a run is announced anywhere; building the graph asks again.
     *
     * @param environment as {@link #configure} left it
     * @throws IllegalArgumentException naming both options
     */
    public static void requireUnaligned(StreamExecutionEnvironment environment, JobConfig config) {
        CheckpointConfig checkpoints = environment.getCheckpointConfig();
        if (config.memoryWrite().settled()
                && checkpoints.isCheckpointingEnabled()
                && !checkpoints.isUnalignedCheckpointsEnabled()) {
            throw new IllegalArgumentException(
                    "expected " + CheckpointingOptions.ENABLE_UNALIGNED.key() + " to be true with "
                            + JobOptions.QUERIES.key() + "=settled, found false: the queries could wait for ever");
        }
    }

    private static DataStream<InputLine> source(StreamExecutionEnvironment environment, JobConfig config, Clock clock) {
        // One reader: the timeline is one order.
        return environment
                .fromSource(
                        timeline(config, clock),
                        WatermarkStrategy.noWatermarks(),
                        "timeline",
                        Types.POJO(InputLine.class))
                .uid(Uids.SOURCE)
                .setParallelism(1);
    }

    private static Source<InputLine, ?, ?> timeline(JobConfig config, Clock clock) {
        Duration watchInterval = config.watchInterval();
        if (watchInterval != null) { // read as they appear, but nothing arrives before the run start
            return new PacedSource<>(
                    WatchedFolder.source(config.datasetPath(), watchInterval),
                    new IntendedArrival(config.runStart(), Speed.MAX),
                    clock);
        }
        FileSource<InputLine> files = FileSource.forRecordStreamFormat(
                        new NumberedLineFormat(Dataset.STREAM_FILE, config.maxAhead()),
                        new Path(config.datasetPath(), Dataset.STREAM_FILE))
                .build();
        return new PacedSource<>(files, new IntendedArrival(config.runStart(), config.speed()), clock);
    }

    private static FileSink<String> sink(String folder) {
        return FileSink.forRowFormat(new Path(folder), new SimpleStringEncoder<String>("UTF-8"))
                .withBucketAssigner(new BasePathBucketAssigner<>())
                .withRollingPolicy(OnCheckpointRollingPolicy.build()) // what ends before its time misses seconds only
                .build();
    }

    private static PolicyFactory policies(JobConfig config, Backends backends, String goldFile, Clock clock) {
        PolicyType type = config.policy();
        LlmMemoryWritePolicy.Settings settings = new LlmMemoryWritePolicy.Settings(
                config.llm().temperature(),
                config.llm().maxAnswerTokens(),
                config.callTimeout(),
                config.maxRepairs(),
                config.memoryWrite().budgets().latencyTargetMs(),
                !config.memoryWrite().settled());
        return () -> switch (type) {
            case LLM -> new LlmMemoryWritePolicy(backends.openLlm(), settings, clock);
            case NONE -> new NoMemory();
            case STORE_EVERYTHING -> new StoreEverything();
            case ORACLE -> new OraclePolicy(GoldLabels.load(goldFile));
            case REPLAY -> {
                ReplayedRun run = Objects.requireNonNull(config.memoryWrite().replay());
                yield new ReplayPolicy(backends.openStoreOf(run), run.runId());
            }
        };
    }

    private static ReaderFactory readers(JobConfig config, Backends backends, String goldFile, Clock clock) {
        ReaderType type = config.reader().type();
        double temperature = config.llm().temperature();
        int maxTokens = config.llm().maxAnswerTokens();
        Duration timeout = config.reader().timeout();
        int maxRepairs = config.reader().maxRepairs();
        return () -> switch (type) {
            case LLM -> new LlmReader(backends.openLlm(), temperature, maxTokens, timeout, maxRepairs, clock);
            case ORACLE -> new GoldReader(GoldLabels.load(goldFile));
            case REPLAY -> {
                ReplayedRun run = Objects.requireNonNull(config.reader().replay());
                yield new ReplayReader(backends.openStoreOf(run), run.runId());
            }
        };
    }
}

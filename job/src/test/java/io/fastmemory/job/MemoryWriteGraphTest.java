package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.job.memory.EntityUnderTest;
import io.fastmemory.job.world.InstructedModel;
import io.fastmemory.job.world.JobRun;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.TestTimeline;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.jobgraph.DistributionPattern;
import org.apache.flink.runtime.jobgraph.JobEdge;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the graph must keep for savepoints, the web UI and the keyed loop: uids, names, chains. */
class MemoryWriteGraphTest {
    private static final int PARALLELISM = 3;

    @TempDir
    Path folder;

    private StreamGraph graph;

    @BeforeEach
    void buildGraph() throws Exception {
        graph = graph("arrival");
    }

    private StreamGraph graph(String serving) throws Exception {
        new TestTimeline().event("e1", "one", 0, "keep").writeTo(folder.resolve("dataset"));
        try (OutsideWorld world =
                OutsideWorld.open("graph", folder.resolve("memory.db"), Duration.ZERO, new InstructedModel())) {
            StreamExecutionEnvironment environment = new JobRun("graph", folder, world)
                    .with(JobOptions.SPEED.key(), "1x")
                    .with(JobOptions.QUERIES.key(), serving)
                    .parallelism(PARALLELISM)
                    .environment();
            return environment.getStreamGraph(false);
        }
    }

    private StreamGraph graphOfRedrive() throws Exception {
        return environmentOfRedrive().getStreamGraph(false);
    }

    private StreamExecutionEnvironment environmentOfRedrive() throws Exception {
        Redrive redrive = new Redrive(List.of(EntityUnderTest.event("e1", 0, "keep")), Map.of("ann", 1L), 1);
        try (OutsideWorld world =
                OutsideWorld.open("graph", folder.resolve("memory.db"), Duration.ZERO, new InstructedModel())) {
            return new JobRun("graph", folder, world).environment(redrive, false);
        }
    }

    /** A sink whose input had ended before a failure would write what it got once more. */
    @Test
    void startsNoRedriveAgainByItself() throws Exception {
        assertThat(environmentOfRedrive().getConfiguration().get(RestartStrategyOptions.RESTART_STRATEGY))
                .isEqualTo("none");
    }

    /** What is under way there belongs to no key: of two of them, each would hold a part after a rescaling. */
    @Test
    void writesToStoreAndIndexInOneTaskEach() {
        for (String uid : List.of(Uids.MEMORY_STORE, Uids.RECORD_DECISION, Uids.INDEX_WRITE, Uids.RECORD_INDEXED)) {
            assertThat(graph.getStreamNodes().stream()
                            .filter(node -> uid.equals(node.getTransformationUID()))
                            .map(StreamNode::getParallelism))
                    .as(uid)
                    .containsExactly(1);
        }
    }

    @Test
    void givesEveryOperatorItsOwnUid() throws Exception {
        Set<String> used = new HashSet<>();
        for (StreamGraph built : List.of(graph, graph("settled"), graphOfRedrive())) {
            List<String> uids = new ArrayList<>();
            for (StreamNode node : built.getStreamNodes()) {
                assertThat(node.getTransformationUID())
                        .as("uid of %s", node.getOperatorName())
                        .isNotNull();
                uids.add(node.getTransformationUID());
            }
            assertThat(uids).doesNotHaveDuplicates();
            used.addAll(uids);
        }
        assertThat(used).containsAll(declaredUids());
    }

    /** Flink itself refuses a graph with an operator that would get a generated uid. */
    @Test
    void canBeBuiltWithoutGeneratedUids() {
        graph.getJobConfiguration().set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        assertThat(graph.getJobGraph().getNumberOfVertices()).isPositive();
    }

    @Test
    void namesEveryOperator() {
        assertThat(graph.getStreamNodes())
                .allSatisfy(
                        node -> assertThat(node.getOperatorName())
                                .isNotBlank()
                                .doesNotContainPattern(
                                        "^(Map|Filter|Process|KeyedProcess|async wait operator|Timestamps/Watermarks|Co-Process.*)$"));
    }

    @Test
    void chainsTheKeyedLoopIntoOneTask() {
        assertThat(vertexWith("memory-write queue").getName())
                .startsWith("memory-write queue")
                .contains("LLM policy -> validate + apply");
        assertThat(vertexWith("memory-write queue").getParallelism()).isEqualTo(PARALLELISM);
    }

    /** Lines dealt out to several readers would overtake each other. */
    @Test
    void keepsTheTimelineInOneTaskUpToTheKeys() {
        JobVertex timeline = vertexWith("Source: timeline");
        assertThat(timeline.getName()).contains("parse", "stream time", "raw write", "admit once");
        assertThat(timeline.getParallelism()).isEqualTo(1);
    }

    /** Operations of one memory in two writers could overtake each other after a rescaling. */
    @Test
    void writesTheIndexFromOneTask() {
        assertThat(vertexWith("embed + vector index").getParallelism()).isEqualTo(1);
    }

    /**
     * A pointwise edge holds records back behind a barrier even where checkpoints are unaligned. While the end of the input
     * is drained, barriers are long in coming; a settled query held back so would be waited for by what holds it.
     */
    @Test
    void holdsNoRecordBackBehindACheckpointBarrier() throws Exception {
        for (StreamGraph built : List.of(graph, graph("settled"))) {
            for (JobVertex vertex : built.getJobGraph().getVertices()) {
                assertThat(vertex.getInputs())
                        .as("edges into %s", vertex.getName())
                        .extracting(JobEdge::getDistributionPattern)
                        .allMatch(pattern -> pattern == DistributionPattern.ALL_TO_ALL);
            }
        }
    }

    @Test
    void refusesAlignedCheckpointsWhereQueriesWait() throws Exception {
        try (OutsideWorld world =
                OutsideWorld.open("graph", folder.resolve("memory.db"), Duration.ZERO, new InstructedModel())) {
            JobRun run = new JobRun("graph", folder, world)
                    .with(JobOptions.QUERIES.key(), "settled")
                    .aligned();

            assertThatThrownBy(run::environment)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("execution.checkpointing.unaligned.enabled");
        }
    }

    /** No checkpoint passes while the end of input is drained; that must not restart the job. */
    @Test
    void outlivesCheckpointsThatFail() {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();

        MemoryWriteJob.configure(environment);

        assertThat(environment.getCheckpointConfig().getTolerableCheckpointFailureNumber())
                .isEqualTo(Integer.MAX_VALUE);
    }

    private JobVertex vertexWith(String operator) {
        List<JobVertex> found = new ArrayList<>();
        for (JobVertex vertex : graph.getJobGraph().getVertices()) {
            if (vertex.getName().contains(operator)) {
                found.add(vertex);
            }
        }
        assertThat(found).as("tasks that run %s", operator).hasSize(1);
        return found.get(0);
    }

    private static List<String> declaredUids() throws IllegalAccessException {
        List<String> declared = new ArrayList<>();
        for (Field field : Uids.class.getDeclaredFields()) {
            if (field.getType().equals(String.class)) {
                declared.add((String) field.get(null));
            }
        }
        return declared;
    }
}

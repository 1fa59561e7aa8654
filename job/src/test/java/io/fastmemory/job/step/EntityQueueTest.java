package io.fastmemory.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.model.Event;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues of several entities against a plain model of them, under random changes and a restart. */
class EntityQueueTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int SHARE = 3;
    private static final int ENTITIES = 4;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void holdsWhatTheModelHoldsAndCountsWhatIsBeyondTheShares(long seed) throws Exception {
        Model model = new Model(new Random(seed));
        OperatorSubtaskState state;
        try (var harness = start(model, null)) {
            change(harness, 400);
            state = harness.snapshot(0, 0);
        }
        try (var harness = start(model, state)) {
            model.restored.clear();
            change(harness, 400);
        }
        assertThat(model.mostExcess).as("excess that was reached").isGreaterThan(SHARE);
    }

    private static void change(KeyedOneInputStreamOperatorTestHarness<String, String, String> harness, int times)
            throws Exception {
        for (int i = 0; i < times; i++) {
            harness.processElement(new StreamRecord<>("entity-" + i % ENTITIES));
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, String, String> start(
            Model model, @Nullable OperatorSubtaskState state) throws Exception {
        var harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(model), entityId -> entityId, Types.STRING);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    private static EntityInput input(String id) {
        return EntityInput.of(new ArrivedEvent(
                new Event(id, "e", Scope.USER, null, 0, START, "", id, Urgency.NORMAL, Map.of()), START, START));
    }

    /** Changes the queue of the current entity as it does the plain one, and compares them. */
    private static final class Model extends KeyedProcessFunction<String, String, String>
            implements CheckpointedFunction {
        private static final long serialVersionUID = 1L;
        private final transient Random random;
        private final transient Map<String, Deque<String>> plain = new java.util.HashMap<>();
        /** Entities whose excess is counted already. */
        private final transient Set<String> restored = new HashSet<>();

        private transient EntityQueue queue;
        private transient int number;
        private transient long mostExcess;

        Model(Random random) {
            this.random = random;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) {
            queue = new EntityQueue(context.getKeyedStateStore(), SHARE);
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {}

        @Override
        public void open(OpenContext context) {}

        @Override
        public void processElement(String entityId, Context context, Collector<String> out) throws Exception {
            if (restored.add(entityId)) {
                queue.countRestored();
            }
            Deque<String> expected = plain.computeIfAbsent(entityId, id -> new ArrayDeque<>());
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    String id = "e" + ++number;
                    queue.add(input(id));
                    expected.addLast(id);
                }
                case 2 -> {
                    String first = "e" + ++number;
                    String second = "e" + ++number;
                    queue.addFirst(List.of(input(first).event(), input(second).event()));
                    expected.addFirst(second);
                    expected.addFirst(first);
                }
                case 3 -> {
                    int count = random.nextInt(expected.size() + 1);
                    queue.removeFirst(queue.firstEvents(CallBounds.ofEvents(count)));
                    for (int i = 0; i < count; i++) {
                        expected.removeFirst();
                    }
                }
                default -> {
                    Set<String> some = new HashSet<>(Set.of("elsewhere"));
                    expected.stream().filter(id -> random.nextInt(4) == 0).forEach(some::add);
                    expected.removeAll(some);
                    int here = some.size() - 1;
                    assertThat(queue.removeEvents(some)).isEqualTo(here);
                    assertThat(some).containsExactly("elsewhere");
                }
            }
            List<String> held = new ArrayList<>();
            for (ArrivedEvent event : queue.firstEvents(CallBounds.ofEvents(Integer.MAX_VALUE))) {
                held.add(event.event().eventId());
            }
            assertThat(held).containsExactlyElementsOf(expected);
            CallBounds bounds = new CallBounds(random.nextInt(1, 5), random.nextInt(1, 15));
            assertThat(queue.firstEvents(bounds)).hasSize(longestStart(expected, bounds));
            assertThat(queue.size()).isEqualTo(expected.size());
            long excess = plain.entrySet().stream()
                    .filter(entity -> restored.contains(entity.getKey()))
                    .mapToLong(entity -> Math.max(0, entity.getValue().size() - SHARE))
                    .sum();
            assertThat(queue.excess()).isEqualTo(excess);
            assertThat(queue.characters()).isEqualTo(charactersOf(expected)); // an event's text is its id
            assertThat(queue.charactersOfAll())
                    .isEqualTo(plain.entrySet().stream()
                            .filter(entity -> restored.contains(entity.getKey()))
                            .mapToLong(entity -> charactersOf(entity.getValue()))
                            .sum());
            mostExcess = Math.max(mostExcess, excess);
        }

        private static int longestStart(Deque<String> ids, CallBounds bounds) {
            List<String> all = List.copyOf(ids);
            int longest = Math.min(1, all.size());
            for (int count = 2; count <= Math.min(all.size(), bounds.maxEvents()); count++) {
                if (all.subList(0, count).stream().mapToInt(String::length).sum() <= bounds.maxCharacters()) {
                    longest = count;
                }
            }
            return longest;
        }

        private static long charactersOf(Deque<String> ids) {
            return ids.stream().mapToLong(String::length).sum();
        }
    }
}

package io.fastmemory.job.world;

import io.fastmemory.connectors.llm.ChatCompletion;
import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.llm.MockLlmClient;
import io.fastmemory.job.world.FaultPlan.InducedFailure;
import io.fastmemory.job.world.FaultPlan.Place;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Event;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.MarkStale;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.MemoryView;
import io.fastmemory.model.PolicyAnswer;
import io.fastmemory.model.PolicyRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A model whose memory proves its history: each entity has one active memory, whose content is the chain of its events.
 *
 * <p>Answers come after random latencies. One that is due after its attempt has ended is kept back until the entity is
 * asked about again, and then overtakes the new answer every other time: an old attempt that logs first.
 */
public final class ChainModel implements TestModel {
    private static final String LINK = "|";
    private static final int SLOW_MILLIS = 1_000;

    /**
     * One request as the model saw it.
     *
     * @param shown the events folded into the entity's memory, oldest first
     * @param eventIds the events to decide on
     * @param recentIds the short-term window
     * @param lastCall the call whose results were shown, 0 if none were
     */
    public record Asked(
            String entityId,
            Instant at,
            List<String> shown,
            List<String> eventIds,
            List<String> recentIds,
            long lastCall) {}

    private final FaultPlan faults;
    private final Random random;
    private final int minLatencyMillis;
    private final int maxLatencyMillis;
    private final Clock clock = new RunClock();
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "chain-model");
        thread.setDaemon(true);
        return thread;
    });

    private volatile boolean delaying = true;

    // Guarded by this.
    private final List<Asked> asked = new ArrayList<>();
    private final Set<String> eventsAsked = new HashSet<>();
    private final Map<String, Runnable> keptBack = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<Integer, CompletableFuture<Void>> milestones = new HashMap<>();
    private int overtaking;
    private int slowFrom = Integer.MAX_VALUE;

    /** A model with latencies drawn evenly between the bounds. */
    public ChainModel(long seed, int minLatencyMillis, int maxLatencyMillis, FaultPlan faults) {
        this.random = new Random(seed);
        this.minLatencyMillis = minLatencyMillis;
        this.maxLatencyMillis = maxLatencyMillis;
        this.faults = faults;
    }

    /** Everything the policy asked, oldest first. */
    public synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** What a model alone can see go wrong. */
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** Answers to ended attempts that were given before the new attempt's own. */
    public synchronized int overtaking() {
        return overtaking;
    }

    /** Done when the policy was asked about so many distinct events. */
    public synchronized CompletableFuture<Void> whenAsked(int events) {
        CompletableFuture<Void> reached = milestones.computeIfAbsent(events, n -> new CompletableFuture<>());
        reachMilestones();
        return reached;
    }

    /** From so many distinct events asked about, answers take {@link #SLOW_MILLIS}: time for the test to step in. */
    public synchronized void slowFrom(int events) {
        slowFrom = events;
    }

    private void reachMilestones() {
        milestones.forEach((events, reached) -> {
            if (eventsAsked.size() >= events) {
                reached.complete(null);
            }
        });
    }

    private synchronized int progress() {
        return eventsAsked.size();
    }

    @Override
    public LlmClient open() {
        faults.opened();
        strike(Place.OPEN);
        return new Client();
    }

    @Override
    public void beforeQuery() {
        strike(Place.QUERY_EMBEDDING);
    }

    private void strike(Place place) {
        if (faults.strikes(place, progress())) {
            throw new InducedFailure(place);
        }
    }

    /** The memory content that holds these events. */
    public static String fold(List<String> eventIds) {
        return eventIds.isEmpty() ? "" : LINK + String.join(LINK, eventIds);
    }

    /** The events that this memory content holds. */
    public static List<String> unfold(String content) {
        return content.isEmpty()
                ? List.of()
                : List.of(content.substring(LINK.length()).split("[|]"));
    }

    private final class Client implements LlmClient {
        // Guarded by the model.
        private final Set<String> inFlight = new HashSet<>();
        private boolean closed;

        @Override
        public CompletableFuture<ChatCompletion> complete(ChatRequest request) {
            return request.schemaName().equals("policy_answer") ? decide(request) : read(request);
        }

        private CompletableFuture<ChatCompletion> read(ChatRequest request) {
            String nothing = Json.write(Answer.abstention("the chain answers nothing"));
            return after(latencyMillis(), () -> {
                strike(Place.READER_ANSWER);
                return MockLlmClient.completion(request, nothing);
            });
        }

        private CompletableFuture<ChatCompletion> decide(ChatRequest request) {
            Instant at = clock.instant();
            PolicyRequest seen = Json.read(request.messages().get(1).content(), PolicyRequest.class);
            Asked question = question(seen, at);
            Runnable older = note(question, seen);
            if (older != null) {
                older.run();
            }
            strike(Place.POLICY_CALL);
            CompletableFuture<ChatCompletion> answer = new CompletableFuture<>();
            var unused = after(latencyMillis(), () -> {
                        strike(Place.POLICY_ANSWER);
                        return MockLlmClient.completion(request, Json.write(answerTo(seen, question)));
                    })
                    .whenComplete((completion, failure) -> give(question.entityId(), answer, completion, failure));
            return answer;
        }

        /** Takes the request down; returns what is to be answered to an older attempt first, if anything. */
        private Runnable note(Asked question, PolicyRequest seen) {
            synchronized (ChainModel.this) {
                asked.add(question);
                eventsAsked.addAll(question.eventIds());
                if (!inFlight.add(question.entityId())) {
                    violations.add("two calls in flight: " + question);
                }
                if (seen.activeMemories().size() > 1 || seen.notShown() > 0) {
                    violations.add("more than the one memory: " + seen);
                }
                reachMilestones();
                Runnable older = keptBack.remove(question.entityId());
                if (older == null || random.nextBoolean()) {
                    return null;
                }
                overtaking++;
                return older;
            }
        }

        private void give(
                String entityId,
                CompletableFuture<ChatCompletion> answer,
                ChatCompletion completion,
                Throwable failure) {
            synchronized (ChainModel.this) {
                inFlight.remove(entityId);
                if (closed) {
                    if (failure == null) {
                        keptBack.put(entityId, () -> answer.complete(completion));
                    }
                    return;
                }
            }
            if (failure == null) {
                answer.complete(completion);
            } else {
                answer.completeExceptionally(failure);
            }
        }

        @Override
        public String model() {
            return "chain";
        }

        @Override
        public void close() {
            synchronized (ChainModel.this) {
                closed = true;
            }
        }
    }

    private static Asked question(PolicyRequest seen, Instant at) {
        List<MemoryView> active = seen.activeMemories();
        return new Asked(
                seen.events().get(0).entityId(),
                at,
                active.isEmpty() ? List.of() : unfold(active.get(0).content()),
                seen.events().stream().map(Event::eventId).toList(),
                seen.recentEvents().stream().map(Event::eventId).toList(),
                seen.lastResults().isEmpty() ? 0 : seen.lastResults().get(0).callSeq());
    }

    /** From now on it delays no index request, so that the index is to hold every chain as it was decided. */
    public ChainModel indexingAtOnce() {
        delaying = false;
        return this;
    }

    private PolicyAnswer answerTo(PolicyRequest seen, Asked question) {
        List<String> chain = new ArrayList<>(question.shown());
        chain.addAll(question.eventIds());
        String content = fold(chain);
        List<Fact> facts = List.of(Fact.of(question.entityId(), "links", Integer.toString(chain.size())));
        List<String> sources = question.eventIds();
        List<MemoryAction> actions = new ArrayList<>();
        boolean replace = chain.size() % 7 == 0;
        MemoryView memory =
                seen.activeMemories().isEmpty() ? null : seen.activeMemories().get(0);
        if (memory == null || replace) {
            actions.add(new WriteMemory(content, facts, sources, Layer.FACT, null, "a new memory"));
        } else {
            actions.add(new UpdateMemory(memory.memoryId(), content, facts, sources, "one link more"));
        }
        actions.add(
                delaying && chain.size() % 3 == 0
                        ? new DelayIndex("$0", 1 + chain.size() * 10L, "soon")
                        : new IndexNow("$0", "now"));
        if (memory != null && replace) {
            actions.add(new MarkStale(memory.memoryId(), "$0", sources, "replaced"));
        }
        return new PolicyAnswer(actions);
    }

    private synchronized int latencyMillis() {
        if (eventsAsked.size() >= slowFrom) {
            return SLOW_MILLIS;
        }
        return minLatencyMillis + random.nextInt(1 + maxLatencyMillis - minLatencyMillis);
    }

    private CompletableFuture<ChatCompletion> after(int millis, java.util.function.Supplier<ChatCompletion> answer) {
        return CompletableFuture.supplyAsync(answer, task -> {
            var unused = scheduler.schedule(task, millis, TimeUnit.MILLISECONDS);
        });
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}

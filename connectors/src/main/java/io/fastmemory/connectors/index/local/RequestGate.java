package io.fastmemory.connectors.index.local;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Stands before both planes: counts requests, asks for the key and fails the share that is to fail. */
final class RequestGate implements ServerInterceptor, AutoCloseable {
    private static final int LATE_THREADS = 2;
    private static final Status ON_PURPOSE = Status.UNAVAILABLE.withDescription("fault on purpose");
    private static final Status EXHAUSTED = Status.RESOURCE_EXHAUSTED.withDescription("fault on purpose");
    private static final Status NO_KEY = Status.UNAUTHENTICATED.withDescription("a valid api-key header is required");

    /**
     * What becomes of a request.
     *
     * @param fault what it meets on purpose, or {@code null}
     * @param refusal what it is told at once instead of being carried out, or {@code null}
     * @param delay how long it waits before it is carried out
     */
    record Passage(@Nullable Fault fault, @Nullable Status refusal, Duration delay) {
        /** Whether it gets an answer at all. */
        boolean isAnswered() {
            return fault != Fault.HANG && fault != Fault.LATE_EFFECT;
        }

        /** What it is told when it was carried out, instead of the answer; {@code null} for the answer itself. */
        @Nullable
        Status insteadOfAnswer() {
            return fault == Fault.LOST_ANSWER || fault == Fault.PARTIAL ? ON_PURPOSE : null;
        }
    }

    private static final Metadata.Key<String> API_KEY = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

    final LongAdder requests = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder upsertedVectors = new LongAdder();
    final LongAdder deletes = new LongAdder();
    final LongAdder queries = new LongAdder();

    private final AtomicLongArray met = new AtomicLongArray(Fault.values().length);
    private final byte @Nullable [] apiKey;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(LATE_THREADS, task -> {
        Thread thread = new Thread(task, "local-index-late-requests");
        thread.setDaemon(true);
        return thread;
    });

    // guarded by this
    private Faults faults;
    private SplittableRandom random;

    RequestGate(@Nullable String apiKey, Faults faults) {
        this.apiKey = apiKey == null ? null : apiKey.getBytes(StandardCharsets.UTF_8);
        this.faults = faults;
        this.random = new SplittableRandom(faults.seed());
    }

    synchronized void inject(Faults newFaults) {
        faults = newFaults;
        random = new SplittableRandom(newFaults.seed());
    }

    /** Decides about one request with the key it brought. */
    Passage admit(@Nullable String offeredKey) {
        if (apiKey != null
                && (offeredKey == null
                        || !MessageDigest.isEqual(apiKey, offeredKey.getBytes(StandardCharsets.UTF_8)))) {
            refused.increment();
            return new Passage(null, NO_KEY, Duration.ZERO);
        }
        Passage passage = nextPassage();
        Fault fault = passage.fault();
        if (fault != null) {
            met.incrementAndGet(fault.ordinal());
        }
        return passage;
    }

    private synchronized Passage nextPassage() {
        Fault fault = faults.shares().isEmpty() ? null : drawn(random.nextDouble());
        Status refusal = fault == Fault.UNAVAILABLE ? ON_PURPOSE : fault == Fault.RESOURCE_EXHAUSTED ? EXHAUSTED : null;
        return new Passage(fault, refusal, fault == Fault.LATE_EFFECT ? faults.lateBy() : faults.latency());
    }

    private @Nullable Fault drawn(double draw) {
        double upTo = 0;
        for (Fault fault : Fault.values()) {
            upTo += faults.share(fault);
            if (draw < upTo) {
                return fault;
            }
        }
        return null;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        requests.increment();
        Passage passage = admit(headers.get(API_KEY));
        if (passage.fault() == null
                && passage.refusal() == null
                && passage.delay().isZero()) {
            return next.startCall(call, headers);
        }
        return new FaultyCall<>(call, headers, next, passage, this);
    }

    /** Runs what a request is to do after its delay; what is still to come when the server closes is dropped. */
    void later(Duration delay, Runnable task) {
        timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** How many requests wait for their time. */
    int waiting() {
        return timer.getQueue().size();
    }

    /** Runs what waits for its time now, on this thread and in any order. */
    void hurry() {
        for (Runnable late : List.copyOf(timer.getQueue())) {
            if (timer.remove(late)) {
                late.run();
            }
        }
    }

    LocalIndexCounters counters() {
        Map<Fault, Long> faultsMet = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            faultsMet.put(fault, met.get(fault.ordinal()));
        }
        return new LocalIndexCounters(
                requests.sum(),
                refused.sum(),
                faultsMet,
                rejected.sum(),
                upsertedVectors.sum(),
                deletes.sum(),
                queries.sum());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}

package io.fastmemory.connectors.index.local;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Stands before both planes: counts requests, asks for the key and fails the share that is to fail. */
final class RequestGate implements ServerInterceptor {
    /** What becomes of a request. */
    enum Passage {
        OPEN(Status.OK),
        REFUSED(Status.UNAUTHENTICATED.withDescription("a valid api-key header is required")),
        UNAVAILABLE(Status.UNAVAILABLE.withDescription("fault on purpose")),
        RESOURCE_EXHAUSTED(Status.RESOURCE_EXHAUSTED.withDescription("fault on purpose")),
        HANG(Status.OK);

        private final Status status;

        Passage(Status status) {
            this.status = status;
        }

        /** What a request that does not pass is answered; OK for those that pass or are never answered. */
        Status status() {
            return status;
        }
    }

    private static final Metadata.Key<String> API_KEY = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

    final LongAdder requests = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder faulted = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder upsertedVectors = new LongAdder();
    final LongAdder deletes = new LongAdder();
    final LongAdder queries = new LongAdder();

    private final byte @Nullable [] apiKey;
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
            return Passage.REFUSED;
        }
        Passage passage = nextFault();
        if (passage != Passage.OPEN) {
            faulted.increment();
        }
        return passage;
    }

    private synchronized Passage nextFault() {
        if (faults.equals(Faults.NONE)) {
            return Passage.OPEN;
        }
        double draw = random.nextDouble();
        if (draw < faults.unavailable()) {
            return Passage.UNAVAILABLE;
        }
        if (draw < faults.unavailable() + faults.resourceExhausted()) {
            return Passage.RESOURCE_EXHAUSTED;
        }
        return draw < faults.unavailable() + faults.resourceExhausted() + faults.hang() ? Passage.HANG : Passage.OPEN;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        requests.increment();
        Passage passage = admit(headers.get(API_KEY));
        if (passage == Passage.OPEN) {
            return next.startCall(call, headers);
        }
        if (passage != Passage.HANG) {
            call.close(passage.status(), new Metadata());
        }
        return new ServerCall.Listener<>() {};
    }

    LocalIndexCounters counters() {
        return new LocalIndexCounters(
                requests.sum(),
                refused.sum(),
                faulted.sum(),
                rejected.sum(),
                upsertedVectors.sum(),
                deletes.sum(),
                queries.sum());
    }
}

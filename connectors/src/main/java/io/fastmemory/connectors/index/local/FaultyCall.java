package io.fastmemory.connectors.index.local;

import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.pinecone.proto.DeleteRequest;
import io.pinecone.proto.UpsertRequest;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gRPC request that meets a fault or a delay: it waits until the request is there, then carries it out (or not) and
 * answers it (or not).
 */
final class FaultyCall<Q, A> extends ServerCall.Listener<Q> {
    private static final Logger LOG = LoggerFactory.getLogger(FaultyCall.class);

    private final ServerCall<Q, A> call;
    private final Metadata headers;
    private final ServerCallHandler<Q, A> service;
    private final RequestGate.Passage passage;
    private final RequestGate gate;
    private @Nullable Q request;

    FaultyCall(
            ServerCall<Q, A> call,
            Metadata headers,
            ServerCallHandler<Q, A> service,
            RequestGate.Passage passage,
            RequestGate gate) {
        this.call = call;
        this.headers = headers;
        this.service = service;
        this.passage = passage;
        this.gate = gate;
        call.request(2); // one message, and the sight of its end
    }

    @Override
    public void onMessage(Q message) {
        request = message;
    }

    @Override
    public void onHalfClose() {
        try {
            gate.later(passage.delay(), this::proceed);
        } catch (RejectedExecutionException closed) {
            LOG.debug("request is dropped, the server is closed");
        }
    }

    private void proceed() {
        if (passage.refusal() != null) {
            call.close(passage.refusal(), new Metadata());
        } else if (request != null && passage.fault() != Fault.HANG && !isGivenUp()) {
            @SuppressWarnings("unchecked") // half of a request is one of the same kind
            Q taken = passage.fault() == Fault.PARTIAL ? (Q) half((Message) request) : request;
            ServerCall.Listener<Q> carriedOut =
                    service.startCall(passage.fault() == null ? call : new WithoutAnswer(), headers);
            carriedOut.onMessage(taken);
            carriedOut.onHalfClose();
        }
    }

    /** A merely slow request is not carried out for a client that no longer waits; a late effect is for nobody. */
    private boolean isGivenUp() {
        return call.isCancelled() && passage.fault() == null;
    }

    /** The first half of a batch; what is no batch as it is. */
    static Message half(Message request) {
        if (request instanceof UpsertRequest upsert) {
            int kept = upsert.getVectorsCount() / 2;
            return upsert.toBuilder()
                    .clearVectors()
                    .addAllVectors(upsert.getVectorsList().subList(0, kept))
                    .build();
        }
        if (request instanceof DeleteRequest delete && delete.getIdsCount() > 0) {
            int kept = (delete.getIdsCount() + 1) / 2; // a delete of no ids would be another request
            return delete.toBuilder()
                    .clearIds()
                    .addAllIds(delete.getIdsList().subList(0, kept))
                    .build();
        }
        return request;
    }

    /** The call as the service sees it when its answer goes nowhere. */
    private final class WithoutAnswer extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
        WithoutAnswer() {
            super(call);
        }

        @Override
        public void request(int messages) {
            // the one there is has been requested
        }

        @Override
        public void sendHeaders(Metadata ignored) {
            // nothing is sent
        }

        @Override
        public void sendMessage(A answer) {
            // nothing is sent
        }

        @Override
        public void close(Status status, Metadata trailers) {
            Status instead = passage.insteadOfAnswer();
            if (instead != null) {
                super.close(instead, new Metadata());
            }
        }
    }
}

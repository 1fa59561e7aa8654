package io.fastmemory.connectors.index.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.fastmemory.model.Json;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.pinecone.proto.CreateNamespaceRequest;
import io.pinecone.proto.DeleteNamespaceRequest;
import io.pinecone.proto.DeleteRequest;
import io.pinecone.proto.DescribeIndexStatsRequest;
import io.pinecone.proto.DescribeNamespaceRequest;
import io.pinecone.proto.FetchByMetadataRequest;
import io.pinecone.proto.FetchRequest;
import io.pinecone.proto.ListNamespacesRequest;
import io.pinecone.proto.ListRequest;
import io.pinecone.proto.QueryRequest;
import io.pinecone.proto.UpdateRequest;
import io.pinecone.proto.UpsertRequest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data plane of one index over HTTP/1.1: it turns JSON into the messages of the gRPC service, calls the service's
 * methods and turns their answers back. The key, the faults and the limits are therefore the same.
 *
 * @see <a href="https://docs.pinecone.io/reference/api/2025-10/data-plane/upsert">Data plane</a>
 */
final class HttpDataPlane {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDataPlane.class);
    private static final String NAMESPACES = "/namespaces";
    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();

    /** A request as far as it matters here, with nothing of the connection in it. */
    private record Call(String method, String uri, @Nullable String apiKey, String body) {}

    private record Reply(HttpResponseStatus status, String body) {}

    /** One method of the service; takes its request as JSON, and what to make of it before it is carried out. */
    private interface Route {
        void call(String json, UnaryOperator<Message> change, StreamObserver<Message> answer)
                throws InvalidProtocolBufferException;
    }

    private final RequestGate gate;
    private final Executor handlers;
    private final Map<String, Route> routes = new HashMap<>();

    /** Serves {@code service} behind {@code gate}; requests are handled on {@code handlers}. */
    HttpDataPlane(VectorService service, RequestGate gate, Executor handlers) {
        this.gate = gate;
        this.handlers = handlers;
        route("POST /vectors/upsert", UpsertRequest.getDefaultInstance(), service::upsert);
        route("POST /vectors/update", UpdateRequest.getDefaultInstance(), service::update);
        route("POST /vectors/delete", DeleteRequest.getDefaultInstance(), service::delete);
        route("GET /vectors/fetch", FetchRequest.getDefaultInstance(), service::fetch);
        route("POST /vectors/fetch_by_metadata", FetchByMetadataRequest.getDefaultInstance(), service::fetchByMetadata);
        route("GET /vectors/list", ListRequest.getDefaultInstance(), service::list);
        route("POST /query", QueryRequest.getDefaultInstance(), service::query);
        route(
                "POST /describe_index_stats",
                DescribeIndexStatsRequest.getDefaultInstance(),
                service::describeIndexStats);
        route("POST " + NAMESPACES, CreateNamespaceRequest.getDefaultInstance(), service::createNamespace);
        route("GET " + NAMESPACES, ListNamespacesRequest.getDefaultInstance(), service::listNamespaces);
        route("GET " + NAMESPACES + "/", DescribeNamespaceRequest.getDefaultInstance(), service::describeNamespace);
        route("DELETE " + NAMESPACES + "/", DeleteNamespaceRequest.getDefaultInstance(), service::deleteNamespace);
    }

    private <Q extends Message, A extends Message> void route(
            String methodAndPath, Q prototype, BiConsumer<Q, StreamObserver<A>> method) {
        routes.put(methodAndPath, (json, change, answer) -> {
            Message.Builder request = prototype.newBuilderForType();
            JsonFormat.parser().merge(json, request);
            @SuppressWarnings(
                    "unchecked") // a message's builder builds its own type, and an observer only takes answers
            Q typed = (Q) change.apply(request.build());
            @SuppressWarnings("unchecked")
            StreamObserver<A> observer = (StreamObserver<A>) answer;
            method.accept(typed, observer);
        });
    }

    /** What handles the requests of one new connection, in order and each after the answer to the one before. */
    ChannelHandler newConnection() {
        return new Connection();
    }

    private final class Connection extends SimpleChannelInboundHandler<FullHttpRequest> {
        private CompletableFuture<?> turn = CompletableFuture.completedFuture(null);

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            boolean keepAlive = HttpUtil.isKeepAlive(request);
            Call call = new Call(
                    request.method().name(),
                    request.uri(),
                    request.headers().get("Api-Key"),
                    request.content().toString(StandardCharsets.UTF_8));
            turn = turn.thenCompose(done -> answer(call)).whenComplete((reply, failure) -> {
                if (failure == null) {
                    write(ctx, reply, keepAlive);
                } else {
                    LOG.warn("http request failed path={}", call.uri(), failure);
                    ctx.close();
                }
            });
        }

        private void write(ChannelHandlerContext ctx, Reply reply, boolean keepAlive) {
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, reply.status(), Unpooled.copiedBuffer(reply.body(), StandardCharsets.UTF_8));
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
            HttpUtil.setContentLength(response, response.content().readableBytes());
            HttpUtil.setKeepAlive(response, keepAlive);
            ctx.writeAndFlush(response).addListener(written -> {
                if (!keepAlive) {
                    ctx.close();
                }
            });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
            LOG.debug("http connection closed", failure);
            ctx.close();
        }
    }

    private CompletableFuture<Reply> answer(Call call) {
        gate.requests.increment();
        RequestGate.Passage passage = gate.admit(call.apiKey());
        CompletableFuture<Reply> reply = new CompletableFuture<>(); // never done for what is not answered
        if (passage.fault() == Fault.HANG) {
            return reply;
        }
        Runnable proceed = () -> handlers.execute(() -> proceed(call, passage, reply));
        if (passage.delay().isZero()) {
            proceed.run();
        } else {
            gate.later(passage.delay(), proceed);
        }
        return reply;
    }

    private void proceed(Call call, RequestGate.Passage passage, CompletableFuture<Reply> reply) {
        if (passage.refusal() != null) {
            reply.complete(error(passage.refusal()));
            return;
        }
        Answer answer = new Answer();
        Status instead = passage.insteadOfAnswer();
        if (passage.isAnswered()) {
            answer.reply.whenComplete((done, failure) -> {
                if (failure != null) {
                    reply.completeExceptionally(failure);
                } else {
                    reply.complete(instead == null ? done : error(instead));
                }
            });
        }
        serve(call, passage.fault() == Fault.PARTIAL ? FaultyCall::half : UnaryOperator.identity(), answer);
    }

    private void serve(Call call, UnaryOperator<Message> change, Answer answer) {
        try {
            QueryStringDecoder uri = new QueryStringDecoder(call.uri());
            Map<String, List<String>> parameters = new HashMap<>(uri.parameters());
            String path = uri.path();
            if (path.startsWith(NAMESPACES + "/")) {
                parameters.put("namespace", List.of(path.substring(NAMESPACES.length() + 1)));
                path = NAMESPACES + "/";
            }
            Route route = routes.get(call.method() + " " + path);
            if (route == null) {
                answer.onError(Status.NOT_FOUND
                        .withDescription(
                                "the data plane of this server has no such operation: " + call.method() + " " + path)
                        .asRuntimeException());
                return;
            }
            route.call(call.method().equals("POST") ? body(call) : json(parameters), change, answer);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            gate.rejected.increment();
            answer.onError(Status.INVALID_ARGUMENT
                    .withDescription("the request must be readable: " + e.getMessage())
                    .asRuntimeException());
        } catch (RuntimeException e) {
            answer.onError(e);
        }
    }

    private static String body(Call call) {
        return call.body().isBlank() ? "{}" : call.body();
    }

    /** Query parameters as the fields of a message; the ids are the only repeated one. */
    private static String json(Map<String, List<String>> parameters) {
        ObjectNode fields = Json.MAPPER.createObjectNode();
        parameters.forEach((name, values) -> {
            if (name.equals("ids")) {
                ArrayNode ids = fields.putArray(name);
                values.forEach(ids::add);
            } else {
                fields.put(name, values.get(0));
            }
        });
        return fields.toString();
    }

    /** Makes a reply of what the service answers. */
    private static final class Answer implements StreamObserver<Message> {
        final CompletableFuture<Reply> reply = new CompletableFuture<>();

        @Override
        public void onNext(Message message) {
            try {
                reply.complete(new Reply(HttpResponseStatus.OK, print(message)));
            } catch (InvalidProtocolBufferException | JsonProcessingException e) {
                reply.completeExceptionally(e);
            }
        }

        @Override
        public void onError(Throwable failure) {
            reply.complete(error(Status.fromThrowable(failure)));
        }

        @Override
        public void onCompleted() {}
    }

    /** Namespaces are told in snake case and with plain numbers, everything else in camel case. */
    private static String print(Message message) throws InvalidProtocolBufferException, JsonProcessingException {
        if (!message.getDescriptorForType().getName().contains("Namespace")) {
            return PRINTER.print(message);
        }
        JsonNode tree = Json.MAPPER.readTree(PRINTER.preservingProtoFieldNames().print(message));
        for (JsonNode parent : tree.findParents("record_count")) {
            ((ObjectNode) parent).put("record_count", parent.get("record_count").asLong());
        }
        return tree.toString();
    }

    private static Reply error(Status status) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("code", status.getCode().value());
        body.put("message", String.valueOf(status.getDescription()));
        body.putArray("details");
        return new Reply(httpStatus(status.getCode()), body.toString());
    }

    private static HttpResponseStatus httpStatus(Status.Code code) {
        switch (code) {
            case INVALID_ARGUMENT:
                return HttpResponseStatus.BAD_REQUEST;
            case UNAUTHENTICATED:
                return HttpResponseStatus.UNAUTHORIZED;
            case NOT_FOUND:
                return HttpResponseStatus.NOT_FOUND;
            case RESOURCE_EXHAUSTED:
                return HttpResponseStatus.TOO_MANY_REQUESTS;
            case UNAVAILABLE:
                return HttpResponseStatus.SERVICE_UNAVAILABLE;
            default:
                return HttpResponseStatus.INTERNAL_SERVER_ERROR;
        }
    }
}

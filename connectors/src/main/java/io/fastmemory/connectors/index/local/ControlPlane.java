package io.fastmemory.connectors.index.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fastmemory.connectors.http.LocalHttp;
import io.fastmemory.model.Json;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, describes, lists and deletes indexes over HTTP.
 *
 * @see <a href="https://docs.pinecone.io/reference/api/2025-10/control-plane/create_index">Create an index</a>
 */
final class ControlPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    private static final String PATH = "/indexes";
    private static final int MAX_BODY_BYTES = 1_000_000;

    /** The indexes the control plane speaks for. */
    interface Indexes {
        /** Creates an index. */
        ServedIndex create(IndexDefinition definition) throws IOException, Refusal;

        /** Finds an index. */
        ServedIndex get(String name) throws Refusal;

        /** Removes an index and what it holds. */
        void delete(String name) throws IOException, Refusal;

        /** All indexes, by name. */
        Iterable<ServedIndex> all();
    }

    /** A request that cannot be served, with its HTTP status. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String code;

        Refusal(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    private record Reply(int status, JsonNode body) {}

    private final Indexes indexes;
    private final RequestGate gate;
    private final LocalIndexOptions options;
    private final ExecutorService handlers;
    private final int port;
    private volatile HttpServer server;

    ControlPlane(Indexes indexes, RequestGate gate, LocalIndexOptions options) throws IOException {
        this.indexes = indexes;
        this.gate = gate;
        this.options = options;
        this.handlers = LocalHttp.threads("local-index-control-plane");
        this.server = listen(options.controlPort());
        this.port = server.getAddress().getPort();
    }

    private HttpServer listen(int port) throws IOException {
        HttpServer listening = LocalHttp.at(options.bindAddress(), port, "index server");
        listening.setExecutor(handlers);
        listening.createContext("/", this::handle);
        listening.start();
        return listening;
    }

    /** Refuses connections and ends those there are. */
    void stopListening() {
        server.stop(0);
    }

    /** Takes connections at the same port again, after {@link #stopListening()}. */
    void listenAgain() throws IOException {
        server = listen(port);
    }

    int port() {
        return port;
    }

    private void handle(HttpExchange exchange) throws IOException {
        RequestGate.Passage passage = gate.admit(exchange.getRequestHeaders().getFirst("Api-Key"));
        if (!passage.isAnswered()) {
            exchange.getRequestBody().readNBytes(MAX_BODY_BYTES); // else its time to arrive would end it
            return; // the connection ends with the client's patience or with the server
        }
        Reply reply;
        try {
            pass(passage.refusal());
            reply = answer(exchange);
            pass(passage.insteadOfAnswer());
        } catch (Refusal refusal) {
            reply = error(refusal.status, refusal.code, String.valueOf(refusal.getMessage()));
        } catch (JsonProcessingException e) {
            gate.rejected.increment();
            reply = error(400, "INVALID_ARGUMENT", "body must be JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            gate.rejected.increment();
            reply = error(400, "INVALID_ARGUMENT", String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            LOG.warn("control request failed path={}", exchange.getRequestURI().getPath(), e);
            reply = error(500, "INTERNAL", e.getClass().getSimpleName());
        }
        try (exchange) {
            byte[] body = reply.body().toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void pass(@Nullable Status status) throws Refusal {
        if (status == null) {
            return;
        }
        switch (status.getCode()) {
            case UNAUTHENTICATED:
                throw new Refusal(401, "UNAUTHENTICATED", "a valid Api-Key header is required");
            case RESOURCE_EXHAUSTED:
                throw new Refusal(429, "RESOURCE_EXHAUSTED", "fault on purpose");
            default:
                throw new Refusal(503, "UNAVAILABLE", "fault on purpose");
        }
    }

    private Reply answer(HttpExchange exchange) throws IOException, Refusal {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        if (path.equals(PATH) && method.equals("GET")) {
            ObjectNode list = Json.MAPPER.createObjectNode();
            ArrayNode array = list.putArray("indexes");
            indexes.all().forEach(index -> array.add(model(index)));
            return new Reply(200, list);
        }
        if (path.equals(PATH) && method.equals("POST")) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
            return new Reply(201, model(indexes.create(definition(Json.MAPPER.readTree(body)))));
        }
        if (path.startsWith(PATH + "/") && method.equals("GET")) {
            return new Reply(200, model(indexes.get(path.substring(PATH.length() + 1))));
        }
        if (path.startsWith(PATH + "/") && method.equals("DELETE")) {
            indexes.delete(path.substring(PATH.length() + 1));
            return new Reply(202, Json.MAPPER.createObjectNode());
        }
        throw new Refusal(
                404, "NOT_FOUND", "this server creates, describes, lists and deletes indexes: " + method + " " + path);
    }

    private static IndexDefinition definition(JsonNode body) {
        JsonNode serverless = body.path("spec").path("serverless");
        if (!serverless.isObject()) {
            throw new IllegalArgumentException("spec must be serverless: " + body.path("spec"));
        }
        if (!body.path("vector_type").asText("dense").equals("dense")) {
            throw new IllegalArgumentException("vector_type must be dense: " + body.path("vector_type"));
        }
        Map<String, String> tags = new LinkedHashMap<>();
        body.path("tags")
                .fields()
                .forEachRemaining(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        return new IndexDefinition(
                body.path("name").asText(),
                body.path("dimension").asInt(),
                body.path("metric").asText("cosine"),
                serverless.path("cloud").asText("local"),
                serverless.path("region").asText("local"),
                body.path("deletion_protection").asText("disabled"),
                tags);
    }

    private ObjectNode model(ServedIndex index) {
        IndexDefinition definition = index.definition();
        ObjectNode model = Json.MAPPER.createObjectNode();
        model.put("name", definition.name());
        model.put("metric", definition.metric());
        model.put("dimension", definition.dimension());
        model.put("vector_type", "dense");
        model.put("host", options.advertisedHost() + ":" + index.port());
        model.put("deletion_protection", definition.deletionProtection());
        ObjectNode serverless = model.putObject("spec").putObject("serverless");
        serverless.put("cloud", definition.cloud());
        serverless.put("region", definition.region());
        ObjectNode readCapacity = serverless.putObject("read_capacity");
        readCapacity.put("mode", "OnDemand");
        readCapacity.putObject("status").put("state", "Ready");
        model.putObject("status").put("ready", true).put("state", "Ready");
        ObjectNode tags = model.putObject("tags");
        definition.tags().forEach(tags::put);
        return model;
    }

    private static Reply error(int status, String code, String message) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("status", status);
        body.putObject("error").put("code", code).put("message", message);
        return new Reply(status, body);
    }

    @Override
    public void close() {
        server.stop(0);
        handlers.shutdownNow();
    }
}

package io.fastmemory.evaluation.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A chat completions endpoint that keeps every body it received as it came, with what it answered. */
public final class RecordingEndpoint implements AutoCloseable {
    private final Function<JsonNode, String> answers;
    private final HttpServer server;
    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final List<Recorded> recorded = new CopyOnWriteArrayList<>();

    /** A request's messages, and the text of its answer. */
    public record Recorded(JsonNode messages, String answer) {}

    /** Starts it; {@code answers} gives the text for a request's messages. */
    public RecordingEndpoint(Function<JsonNode, String> answers) throws IOException {
        this.answers = answers;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(workers);
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    /** Its base URL, up to and with {@code /v1}. */
    public String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** Every request so far. */
    public List<Recorded> recorded() {
        return List.copyOf(recorded);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode messages = Json.MAPPER
                    .readTree(exchange.getRequestBody().readAllBytes())
                    .path("messages");
            String text = answers.apply(messages);
            recorded.add(new Recorded(messages, text));
            var body = Json.MAPPER.createObjectNode();
            body.putArray("choices")
                    .addObject()
                    .putObject("message")
                    .put("role", "assistant")
                    .put("content", text);
            body.putObject("usage").put("prompt_tokens", 11).put("completion_tokens", 3);
            byte[] bytes = Json.MAPPER.writeValueAsBytes(body);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}

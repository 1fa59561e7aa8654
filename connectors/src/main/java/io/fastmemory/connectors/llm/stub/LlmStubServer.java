package io.fastmemory.connectors.llm.stub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fastmemory.connectors.embedding.HashedEmbeddingClient;
import io.fastmemory.connectors.http.LocalHttp;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.llm.JsonEndpoint;
import io.fastmemory.model.TokenEstimator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OpenAI-compatible server over real HTTP with settable latency and faults, for runs without an account.
 *
 * <p>Serves {@code /v1/chat/completions}, {@code /v1/embeddings}, {@code /v1/models} and {@code /stats}. What a chat
 * answer says comes from a {@link ScriptedModel}. Waiting answers hold no thread.
 */
public final class LlmStubServer implements AutoCloseable {
    /** Name under which the model shows in answers and in {@code /v1/models}. */
    public static final String MODEL = "scripted-stub";

    private static final int MAX_DIMENSIONS = 65_536;

    private static final Logger LOG = LoggerFactory.getLogger(LlmStubServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_REQUEST_BYTES = 32 << 20;
    /** Not the step of SplittableRandom itself, or one request's draws would be the next one's, shifted. */
    private static final long SEED_STEP = 0xD1342543DE82EF95L;

    private final StubOptions options;
    private final ScriptedModel model;
    private final HttpServer server;
    private final ExecutorService workers;
    private final ScheduledThreadPoolExecutor timer;
    private final Queue<Fault> nextChatFaults = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> nextEmbeddingFaults = new ConcurrentLinkedQueue<>();
    private final AtomicLong chatSequence = new AtomicLong();
    private final AtomicLong embeddingSequence = new AtomicLong();
    private final Counters counters = new Counters();
    private volatile FaultRates rates;

    private LlmStubServer(StubOptions options, ScriptedModel model) throws IOException {
        this.options = options;
        this.model = model;
        this.rates = new FaultRates(options.faultRates());
        server = LocalHttp.at(options.bind(), options.port(), "LLM stub");
        workers = LocalHttp.threads("llm-stub-worker");
        timer = new ScheduledThreadPoolExecutor(1, timer -> {
            Thread thread = new Thread(timer, "llm-stub-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        server.setExecutor(workers);
        server.createContext("/", this::handle);
    }

    /**
     * Starts a server; it answers when this returns.
     *
     * @throws IOException naming the port if it is taken
     */
    public static LlmStubServer start(StubOptions options, ScriptedModel model) throws IOException {
        LlmStubServer stub = new LlmStubServer(options, model);
        stub.server.start();
        LOG.info("LLM stub listens. url={} options={}", stub.baseUrl(), options);
        return stub;
    }

    /** Base URL for clients, up to and with {@code /v1}. */
    public String baseUrl() {
        String host = options.bind().equals("0.0.0.0") ? "127.0.0.1" : options.bind();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/v1";
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Plays these faults on the next chat requests, one each, before any drawn ones. */
    public void failNextChats(Fault... faults) {
        nextChatFaults.addAll(List.of(faults));
    }

    /** Plays these faults on the next embedding requests, one each. */
    public void failNextEmbeddings(Fault... faults) {
        nextEmbeddingFaults.addAll(List.of(faults));
    }

    /**
     * Changes the share of chat requests that meet each fault, from the next request on.
     *
     * @param shares 0 to 1 each, together at most 1; what is not named does not happen
     */
    public void faults(Map<Fault, Double> shares) {
        rates = new FaultRates(shares);
        LOG.info("LLM stub changes its faults. rates={}", shares);
    }

    /** What it has counted so far. */
    public StubStats stats() {
        return counters.snapshot();
    }

    /** Stops at once: open connections are closed, waiting answers are never sent. */
    @Override
    public void close() {
        timer.shutdownNow();
        server.stop(0);
        workers.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        long arrival = System.nanoTime();
        exchange.getResponseHeaders().set(JsonEndpoint.MOCK_HEADER, "true");
        String route =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        switch (route) {
            case "POST /v1/chat/completions" -> accept(new Call(exchange, arrival, counters.chats));
            case "POST /v1/embeddings" -> accept(new Call(exchange, arrival, counters.embeddings));
            case "GET /v1/models" -> answer(exchange, 200, LlmStubServer::modelList);
            case "GET /stats" -> answer(exchange, 200, () -> stats().toJson(JSON));
            default -> answer(exchange, 404, () -> error("there is no " + route, "not_found", null));
        }
    }

    /** Answers at once what costs nothing, to who may ask. */
    private void answer(HttpExchange exchange, int status, Answer answer) throws IOException {
        if (authorized(exchange)) {
            send(exchange, status, answer.text());
        } else {
            send(exchange, 401, wrongKey(exchange));
        }
    }

    private void accept(Call call) throws IOException {
        call.enter();
        try {
            if (!authorized(call.exchange)) { // whose body is worth no memory
                call.refuse(401, wrongKey(call.exchange));
                return;
            }
            byte[] body = call.exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
            if (body.length > MAX_REQUEST_BYTES) {
                call.refuse(413, error("expected at most " + MAX_REQUEST_BYTES + " bytes", "too_large", null));
            } else if (call.kind == counters.chats) {
                chat(call, JSON.readTree(body));
            } else {
                embeddings(call, JSON.readTree(body));
            }
        } catch (JsonProcessingException notJson) {
            call.refuse(400, error("expected a JSON object: the body cannot be parsed", "invalid_request", null));
        } catch (IOException clientGone) {
            call.leave();
            throw clientGone;
        } catch (RuntimeException e) {
            LOG.warn("The scripted model failed.", e);
            call.respondAfter(Duration.ZERO, () -> call.finish(500, error("the scripted model failed", "bug", null)));
        }
    }

    private void chat(Call call, JsonNode request) throws IOException {
        SplittableRandom random = draws(chatSequence);
        Fault drawn = rates.draw(random);
        Duration wait = options.latency().sample(random);
        String format = request.path("response_format").path("type").asText("text");
        if (!options.responseFormats().contains(format)) {
            call.refuse(
                    400,
                    error(
                            "response_format of type " + format + " is not supported",
                            "invalid_value",
                            "response_format"));
            return;
        }
        if (!request.path("messages").isArray()
                || request.path("messages").isEmpty()
                || request.path("stream").asBoolean()) {
            call.refuse(400, error("expected messages and no stream", "invalid_request", "messages"));
            return;
        }
        Fault queued = nextChatFaults.poll();
        Fault fault = queued == null ? drawn : queued;
        Conversation conversation = Conversation.of(request.path("messages"));
        model.asked(conversation.system(), conversation.messages());
        answer(call, fault, wait, () -> chatAnswer(request.path("model").asText(MODEL), conversation, fault));
    }

    private void embeddings(Call call, JsonNode request) throws IOException {
        SplittableRandom random = draws(embeddingSequence);
        List<String> texts = textsOf(request.path("input"));
        JsonNode dimensions = request.path("dimensions");
        if (!dimensions.isMissingNode() && !isDimension(dimensions)) {
            String found = dimensions.isNumber() ? dimensions.asText() : "no number";
            String message = "expected dimensions to be an integer from 1 to " + MAX_DIMENSIONS + ", found " + found;
            call.refuse(400, error(message, "invalid_value", "dimensions"));
            return;
        }
        if (texts.isEmpty()) {
            call.refuse(400, error("expected a text or texts", "invalid_request", "input"));
            return;
        }
        answer(
                call,
                nextEmbeddingFaults.poll(),
                options.embeddingLatency().sample(random),
                () -> embeddingAnswer(request, texts));
    }

    private static boolean isDimension(JsonNode number) {
        return number.isInt() && number.intValue() >= 1 && number.intValue() <= MAX_DIMENSIONS;
    }

    /** Computes the answer now, so that its cost is part of the wait, and sends it when the wait is over. */
    private void answer(Call call, @Nullable Fault fault, Duration wait, Answer answer) {
        if (fault != null) {
            counters.faults.incrementAndGet(fault.ordinal());
        }
        if (fault != null && fault.kind() == Fault.Kind.STATUS) {
            fail(call, fault, wait);
        } else if (fault == Fault.HANG) {
            call.respondAfter(options.hangTime(), call::abandon);
        } else if (fault == Fault.DISCONNECT) {
            call.respondAfter(wait, call::abandon);
        } else if (fault == Fault.HUGE_BODY) {
            call.respondAfter(wait, () -> call.finishBroken(BrokenBodies::sendHuge));
        } else {
            String body = answer.text();
            call.respondAfter(wait, () -> {
                if (fault == Fault.TRUNCATED_BODY) {
                    call.finishBroken(exchange -> BrokenBodies.sendTruncated(exchange, body));
                } else if (fault == Fault.TRUNCATED_CHUNK) {
                    call.finishBroken(exchange -> BrokenBodies.sendTruncatedChunk(exchange, body));
                } else if (fault == Fault.DRIP) {
                    call.finishDripping(body);
                } else {
                    call.finish(200, body);
                }
            });
        }
    }

    /** Refuses by a status, those for haste and access at once. */
    private void fail(Call call, Fault fault, Duration wait) {
        Duration retryAfter = fault == Fault.RATE_LIMITED_WITH_WAIT && options.retryAfter() == null
                ? Duration.ofSeconds(1)
                : options.retryAfter();
        switch (fault) {
            case RATE_LIMITED, RATE_LIMITED_WITH_WAIT -> {
                if (retryAfter != null) {
                    long seconds = (retryAfter.toMillis() + 999) / 1000;
                    call.exchange.getResponseHeaders().set("Retry-After", Long.toString(seconds));
                }
                call.respondAfter(
                        Duration.ZERO, () -> call.finish(429, error("slow down", "rate_limit_exceeded", null)));
            }
            case UNAUTHORIZED ->
                call.respondAfter(
                        Duration.ZERO, () -> call.finish(401, error("the key was revoked", "invalid_api_key", null)));
            case UNAVAILABLE ->
                call.respondAfter(wait, () -> call.finish(503, error("overloaded", "unavailable", null)));
            default -> call.respondAfter(wait, () -> call.finish(500, error("injected failure", "server_error", null)));
        }
    }

    /**
     * What a request asks.
     *
     * @param system all system messages
     * @param messages the others, oldest first
     */
    private record Conversation(String system, List<Message> messages, long promptTokens) {
        static Conversation of(JsonNode request) {
            StringBuilder system = new StringBuilder();
            List<Message> messages = new ArrayList<>();
            long promptTokens = 0;
            for (JsonNode message : request) {
                String content = String.join("\n", textsOf(message.path("content")));
                promptTokens += TokenEstimator.tokens(content);
                switch (message.path("role").asText()) {
                    case "system", "developer" ->
                        system.append(system.isEmpty() ? "" : "\n").append(content);
                    case "assistant" -> messages.add(new Message(Role.ASSISTANT, content));
                    default -> messages.add(new Message(Role.USER, content));
                }
            }
            return new Conversation(system.toString(), List.copyOf(messages), promptTokens);
        }
    }

    private String chatAnswer(String modelName, Conversation conversation, @Nullable Fault fault) {
        String said = model.answer(conversation.system(), conversation.messages());
        String text = fault == null ? said : SpoiltAnswers.spoil(fault, said);
        counters.promptTokens.add(conversation.promptTokens());
        counters.completionTokens.add(TokenEstimator.tokens(text));
        ObjectNode root = JSON.createObjectNode()
                .put("id", "chatcmpl-stub")
                .put("object", "chat.completion")
                .put("created", 0)
                .put("model", modelName);
        ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
        ObjectNode reply = choice.put("finish_reason", finishReason(fault))
                .putObject("message")
                .put("role", "assistant")
                .put("content", fault != null && fault.hidesContent() ? null : text);
        if (fault == Fault.REFUSAL_FIELD) {
            reply.put("refusal", text);
        }
        root.putObject("usage")
                .put("prompt_tokens", conversation.promptTokens())
                .put("completion_tokens", TokenEstimator.tokens(text))
                .put("total_tokens", conversation.promptTokens() + TokenEstimator.tokens(text));
        return root.toString();
    }

    private static String finishReason(@Nullable Fault fault) {
        return fault == Fault.CUT_BY_LENGTH ? "length" : fault == Fault.CONTENT_FILTER ? "content_filter" : "stop";
    }

    private String embeddingAnswer(JsonNode request, List<String> texts) {
        int dimension = request.path("dimensions").asInt(options.embeddingDimension());
        boolean base64 = request.path("encoding_format").asText().equals("base64");
        ObjectNode root = JSON.createObjectNode()
                .put("object", "list")
                .put("model", request.path("model").asText(MODEL));
        ArrayNode data = root.putArray("data");
        long promptTokens = 0;
        for (int i = 0; i < texts.size(); i++) {
            float[] vector = HashedEmbeddingClient.vectorOf(texts.get(i), dimension);
            ObjectNode entry = data.addObject().put("object", "embedding").put("index", i);
            if (base64) {
                entry.put("embedding", base64(vector));
            } else {
                ArrayNode numbers = entry.putArray("embedding");
                for (float component : vector) {
                    numbers.add(component);
                }
            }
            promptTokens += TokenEstimator.tokens(texts.get(i));
        }
        root.putObject("usage").put("prompt_tokens", promptTokens).put("total_tokens", promptTokens);
        counters.promptTokens.add(promptTokens);
        counters.embeddedTexts.add(texts.size());
        return root.toString();
    }

    /** The draws of the next request of a kind, apart from those of every other request. */
    private SplittableRandom draws(AtomicLong sequence) {
        return new SplittableRandom(options.seed() + SEED_STEP * sequence.getAndIncrement());
    }

    private boolean authorized(HttpExchange exchange) {
        return options.requiredKey() == null
                || MessageDigest.isEqual( // takes as long for a nearly right key as for any other
                        options.requiredKey().getBytes(StandardCharsets.UTF_8),
                        presentedKey(exchange).getBytes(StandardCharsets.UTF_8));
    }

    private static String wrongKey(HttpExchange exchange) {
        return error("Incorrect API key provided: " + presentedKey(exchange), "invalid_api_key", null);
    }

    private static String presentedKey(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header != null && header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : "";
    }

    /** The texts of a string, of an array of strings, or of an array of text parts. */
    private static List<String> textsOf(JsonNode node) {
        if (node.isTextual()) {
            return List.of(node.asText());
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode part : node) {
            texts.add(part.isTextual() ? part.asText() : part.path("text").asText());
        }
        return texts;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static String modelList() {
        ObjectNode root = JSON.createObjectNode().put("object", "list");
        root.putArray("data")
                .addObject()
                .put("id", MODEL)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", "stub");
        return root.toString();
    }

    private static String error(String message, String code, @Nullable String param) {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("error")
                .put("message", message)
                .put("type", code)
                .put("code", code)
                .put("param", param);
        return root.toString();
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Makes an answer's body. */
    private interface Answer {
        String text();
    }

    /** Sends an answer. */
    private interface Ending {
        void send() throws IOException;
    }

    /** Sends a body that breaks. */
    private interface BrokenBody {
        void send(HttpExchange exchange) throws IOException;
    }

    /** One request on its way to its answer. */
    private final class Call {
        final HttpExchange exchange;
        final LongAdder kind;
        private final long arrivalNanos;
        private final AtomicBoolean waiting = new AtomicBoolean(true);

        Call(HttpExchange exchange, long arrivalNanos, LongAdder kind) {
            this.exchange = exchange;
            this.arrivalNanos = arrivalNanos;
            this.kind = kind;
        }

        void enter() {
            kind.increment();
            counters.maxInFlight.accumulateAndGet(counters.inFlight.incrementAndGet(), Math::max);
        }

        void leave() {
            if (waiting.compareAndSet(true, false)) {
                counters.inFlight.decrementAndGet();
            }
        }

        void refuse(int status, String error) throws IOException {
            counters.refused.increment();
            finish(status, error);
        }

        void respondAfter(Duration wait, Ending ending) {
            long left = wait.toNanos() - (System.nanoTime() - arrivalNanos);
            Runnable sending = () -> sendNow(ending);
            try {
                if (left <= 0) {
                    sending.run();
                } else {
                    timer.schedule(() -> workers.execute(sending), left, TimeUnit.NANOSECONDS);
                }
            } catch (RejectedExecutionException stopped) {
                leave();
            }
        }

        private void sendNow(Ending ending) {
            try {
                ending.send();
            } catch (IOException clientGone) {
                counters.clientsGone.increment();
                LOG.debug("A client left before its answer. cause={}", clientGone.toString());
            }
        }

        void finish(int status, String body) throws IOException {
            leave();
            send(exchange, status, body);
        }

        void abandon() {
            leave();
            exchange.close();
        }

        void finishBroken(BrokenBody body) throws IOException {
            leave();
            body.send(exchange);
        }

        /** Sends the answer byte by byte, until it has gone or the client has. */
        void finishDripping(String text) throws IOException {
            leave();
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            drip(body, 0);
        }

        private void drip(byte[] body, int sent) {
            try {
                exchange.getResponseBody().write(body, sent, 1);
                exchange.getResponseBody().flush();
                if (sent + 1 == body.length) {
                    exchange.close();
                    return;
                }
                timer.schedule(
                        () -> workers.execute(() -> drip(body, sent + 1)),
                        options.hangTime().toNanos() / body.length,
                        TimeUnit.NANOSECONDS);
            } catch (IOException clientGone) {
                counters.clientsGone.increment();
                exchange.close();
            } catch (RejectedExecutionException stopped) {
                exchange.close();
            }
        }
    }

    /** The live numbers behind {@link StubStats}. */
    private static final class Counters {
        final LongAdder chats = new LongAdder();
        final LongAdder embeddings = new LongAdder();
        final LongAdder promptTokens = new LongAdder();
        final LongAdder completionTokens = new LongAdder();
        final LongAdder embeddedTexts = new LongAdder();
        final LongAdder refused = new LongAdder();
        final LongAdder clientsGone = new LongAdder();
        final AtomicInteger inFlight = new AtomicInteger();
        final AtomicInteger maxInFlight = new AtomicInteger();
        final AtomicLongArray faults = new AtomicLongArray(Fault.values().length);

        StubStats snapshot() {
            Map<Fault, Long> byKind = new EnumMap<>(Fault.class);
            for (Fault fault : Fault.values()) {
                byKind.put(fault, faults.get(fault.ordinal()));
            }
            return new StubStats(
                    chats.sum(),
                    embeddings.sum(),
                    promptTokens.sum(),
                    completionTokens.sum(),
                    embeddedTexts.sum(),
                    byKind,
                    refused.sum(),
                    clientsGone.sum(),
                    inFlight.get(),
                    maxInFlight.get());
        }
    }
}

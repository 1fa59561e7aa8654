package io.fastmemory.connectors.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.llm.JsonEndpoint.Reply;
import io.fastmemory.connectors.llm.LlmException.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chat model behind {@code POST {base}/chat/completions}.
 *
 * <p>Services differ in what they accept. When one rejects a request because of its response format, its token limit or
 * its temperature, the client steps down to the next simpler form, says so once at WARN, and stays there.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">Create chat completion</a>
 */
public final class OpenAiCompatibleLlmClient implements LlmClient {
    private static final Logger LOG = LoggerFactory.getLogger(OpenAiCompatibleLlmClient.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OpenAiOptions options;
    private final JsonEndpoint endpoint;
    private volatile Dialect dialect = Dialect.FULL;

    /**
     * Opens nothing yet.
     *
     * @param clock tells how far away a Retry-After date is
     */
    public OpenAiCompatibleLlmClient(OpenAiOptions options, Clock clock) {
        this.options = options;
        this.endpoint = new JsonEndpoint(options, clock);
    }

    @Override
    public CompletableFuture<ChatCompletion> complete(ChatRequest request) {
        CompletableFuture<ChatCompletion> answer = new CompletableFuture<>();
        ask(request, System.nanoTime() + request.timeout().toNanos(), 0, answer);
        return answer;
    }

    @Override
    public String model() {
        return options.model();
    }

    @Override
    public boolean mock() {
        return endpoint.mock();
    }

    /** What the service would not take so far, as short words for the run's record; empty if it took everything. */
    public List<String> fallbacks() {
        return dialect.fallbacks();
    }

    @Override
    public EndpointHealth health() {
        return endpoint.health();
    }

    @Override
    public void close() {
        endpoint.close();
    }

    @Override
    public String toString() {
        return "OpenAiCompatibleLlmClient[" + options + "]";
    }

    private void ask(
            ChatRequest request, long deadlineNanos, int retriesBefore, CompletableFuture<ChatCompletion> answer) {
        Dialect spoken = dialect;
        Duration left = Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
        CompletableFuture<Reply> exchange = endpoint.post("chat/completions", body(request, spoken), left);
        answer.whenComplete((done, failure) -> exchange.cancel(true));
        exchange.whenComplete((reply, failure) -> {
            try {
                if (reply == null) {
                    answer.completeExceptionally(withRetries(retriesBefore, failure));
                } else if (stepDown(spoken, reply)) {
                    ask(request, deadlineNanos, retriesBefore + reply.retries() + 1, answer);
                } else {
                    answer.complete(completion(reply, retriesBefore));
                }
            } catch (RuntimeException e) {
                answer.completeExceptionally(withRetries(retriesBefore, e));
            }
        });
    }

    private boolean stepDown(Dialect spoken, Reply reply) {
        if (reply.status() != 400 && reply.status() != 422) {
            return false;
        }
        Dialect simpler = spoken.simplerAfter(reply.text());
        if (simpler == null) {
            return false;
        }
        if (learned(spoken, simpler)) {
            LOG.warn(
                    "The service rejected part of the request format. model={} status={} fallbacks={} said=\"{}\"",
                    options.model(),
                    reply.status(),
                    simpler.fallbacks(),
                    SafeExcerpt.ofErrorBody(options.apiKey(), reply.text()));
        }
        return true;
    }

    /** Of several calls that meet the same rejection at once, one changes the dialect; the others just ask again. */
    private synchronized boolean learned(Dialect spoken, Dialect simpler) {
        if (!dialect.equals(spoken)) {
            return false;
        }
        dialect = simpler;
        return true;
    }

    private ChatCompletion completion(Reply reply, int retriesBefore) {
        JsonNode root = endpoint.json(reply);
        JsonNode choice = root.path("choices").path(0);
        requireNoRefusal(reply, choice);
        JsonNode content = choice.path("message").path("content");
        if (!content.isTextual()) {
            throw endpoint.malformed(reply, "no text at /choices/0/message/content");
        }
        JsonNode usage = root.path("usage");
        return new ChatCompletion(
                content.asText(),
                usage.path("prompt_tokens").asLong(0),
                usage.path("completion_tokens").asLong(0),
                retriesBefore + reply.retries());
    }

    /** An answer that was cut for its length is none: its text is looked at like any other, and sent back to be repaired. */
    private void requireNoRefusal(Reply reply, JsonNode choice) {
        String refusal = choice.path("message").path("refusal").asText("");
        boolean filtered = choice.path("finish_reason").asText("").equals("content_filter");
        if (filtered || !refusal.isBlank()) {
            throw new LlmException(
                    Reason.REFUSED,
                    reply.retries(),
                    "expected an answer: "
                            + (filtered
                                    ? "the service's content filter took it away"
                                    : "the model refused, saying \"" + SafeExcerpt.of(options.apiKey(), refusal)
                                            + "\""));
        }
    }

    private ObjectNode body(ChatRequest request, Dialect spoken) {
        ObjectNode body = JSON.createObjectNode().put("model", options.model());
        ArrayNode messages = body.putArray("messages");
        for (ChatRequest.Message message : request.messages()) {
            messages.addObject()
                    .put("role", message.role().name().toLowerCase(Locale.ROOT))
                    .put("content", message.content());
        }
        body.put(spoken.newTokenLimit() ? "max_completion_tokens" : "max_tokens", request.maxTokens());
        if (spoken.temperature()) {
            body.put("temperature", request.temperature());
        }
        if (request.jsonSchema() != null) {
            spoken.format().write(body, request.schemaName(), request.jsonSchema());
        }
        return body;
    }

    private static Throwable withRetries(int retriesBefore, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (retriesBefore > 0 && cause instanceof LlmException e) {
            return new LlmException(e.reason(), retriesBefore + e.httpRetries(), String.valueOf(e.getMessage()));
        }
        return cause;
    }

    /** How strictly the answer's form is asked for, strictest first. */
    private enum Format {
        STRICT_JSON_SCHEMA,
        JSON_SCHEMA,
        JSON_OBJECT,
        NONE;

        void write(ObjectNode body, String schemaName, String schema) {
            if (this == NONE) {
                return;
            }
            ObjectNode format = body.putObject("response_format");
            if (this == JSON_OBJECT) {
                format.put("type", "json_object");
                return;
            }
            format.put("type", "json_schema")
                    .putObject("json_schema")
                    .put("name", schemaName)
                    .put("strict", this == STRICT_JSON_SCHEMA)
                    .set("schema", parsed(schema));
        }

        private static JsonNode parsed(String schema) {
            try {
                return JSON.readTree(schema);
            } catch (JsonProcessingException e) {
                throw new LlmException(Reason.REJECTED, 0, "the request's schema must be JSON");
            }
        }
    }

    /**
     * Which form of the request the service is known to take.
     *
     * @param newTokenLimit whether the limit is named {@code max_completion_tokens}
     * @param temperature whether the temperature is sent
     */
    private record Dialect(Format format, boolean newTokenLimit, boolean temperature) {
        static final Dialect FULL = new Dialect(Format.STRICT_JSON_SCHEMA, false, true);

        /** The next simpler form if an error body blames one of the three, else {@code null}. */
        @Nullable
        Dialect simplerAfter(String errorBody) {
            String param = SafeExcerpt.errorParam(errorBody);
            String blamed = param.isEmpty() ? errorBody.toLowerCase(Locale.ROOT) : param;
            if (format != Format.NONE && blamed.matches("(?s).*(response[_ ]format|json_schema|json_object).*")) {
                return new Dialect(Format.values()[format.ordinal() + 1], newTokenLimit, temperature);
            }
            if (!newTokenLimit && blamed.contains("max_tokens")) {
                return new Dialect(format, true, temperature);
            }
            if (temperature && blamed.contains("temperature")) {
                return new Dialect(format, newTokenLimit, false);
            }
            return null;
        }

        List<String> fallbacks() {
            return Stream.of(
                            format == Format.STRICT_JSON_SCHEMA
                                    ? ""
                                    : "response_format_" + format.name().toLowerCase(Locale.ROOT),
                            newTokenLimit ? "max_completion_tokens" : "",
                            temperature ? "" : "no_temperature")
                    .filter(word -> !word.isEmpty())
                    .toList();
        }
    }
}

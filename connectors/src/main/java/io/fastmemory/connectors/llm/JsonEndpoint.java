package io.fastmemory.connectors.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fastmemory.connectors.llm.LlmException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * One OpenAI-compatible HTTP service: posts JSON, and retries what may pass inside one time budget.
 *
 * <p>429, 408, 5xx, lost connections and attempts that take too long are retried with exponential back-off and jitter,
 * never before the moment a Retry-After names. While the service is gone, calls wait for it instead of asking, see
 * {@link EndpointCircuit}. Thread-safe; all threads are daemons. Messages of failures never hold
 * the key, even if the service sends it back.
 */
public final class JsonEndpoint implements AutoCloseable {
    /** The response header by which a stand-in says what it is. */
    public static final String MOCK_HEADER = "x-fmw-mock";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MediaType JSON_TYPE = MediaType.get("application/json");
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final OpenAiOptions options;
    private final Clock clock;
    private final OkHttpClient http;
    private final EndpointCircuit circuit;
    private final ThreadPoolExecutor callThreads;
    private final ScheduledThreadPoolExecutor scheduler;
    private final Set<Exchange> live = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile boolean mock;

    /**
     * Opens nothing yet; connections are made by the first calls.
     *
     * @param clock tells how far away a Retry-After date is
     */
    public JsonEndpoint(OpenAiOptions options, Clock clock) {
        this.options = options;
        this.clock = clock;
        circuit = EndpointCircuit.of(options.baseUrl() + " " + options.model(), options.circuit());
        String name = "openai-endpoint-" + COUNT.incrementAndGet();
        callThreads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), daemonThreads(name + "-call"));
        scheduler = new ScheduledThreadPoolExecutor(1, daemonThreads(name + "-timer"));
        scheduler.setRemoveOnCancelPolicy(true);
        Dispatcher dispatcher = new Dispatcher(callThreads);
        dispatcher.setMaxRequests(options.maxConcurrent());
        dispatcher.setMaxRequestsPerHost(options.maxConcurrent());
        http = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(options.maxConcurrent(), 1, TimeUnit.MINUTES))
                .socketFactory(new NoDelaySockets())
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .followRedirects(false)
                .retryOnConnectionFailure(false) // each request is counted, and bounded, here
                .build();
    }

    /**
     * Posts {@code body} to {@code path} under the base URL.
     *
     * @param timeout wall time for all attempts and the waits between them
     * @return the first answer that is neither retried nor 401 or 403, whatever its status; fails with
     *     {@link LlmException}; cancelling it cancels the HTTP call
     */
    public CompletableFuture<Reply> post(String path, JsonNode body, Duration timeout) {
        Request.Builder request = new Request.Builder()
                .url(options.baseUrl() + "/" + path)
                .post(RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON_TYPE));
        if (options.apiKey() != null) {
            request.header("Authorization", "Bearer " + options.apiKey());
        }
        Exchange exchange = new Exchange(request.build(), timeout);
        exchange.start();
        return exchange.result;
    }

    /** Whether an answer so far came from a stand-in, by its own word. */
    public boolean mock() {
        return mock;
    }

    /** Whether the service seems to be there, and how many calls of this client wait for it. */
    public EndpointHealth health() {
        return new EndpointHealth(circuit.unavailableFor(), circuit.waiting(live));
    }

    /** Cancels what is in flight; its futures fail with {@link Reason#CONNECTION}. */
    @Override
    public void close() {
        closed = true;
        live.forEach(Exchange::failClosed);
        circuit.close();
        scheduler.shutdownNow();
        callThreads.shutdown();
        http.connectionPool().evictAll();
    }

    /**
     * What the service answered in the end.
     *
     * @param status HTTP status
     * @param text the body
     * @param retries how many attempts failed before this one
     */
    public record Reply(int status, String text, int retries) {
        /** Whether the status says that it went well. */
        public boolean isSuccess() {
            return status >= 200 && status < 300;
        }
    }

    /**
     * Reads a reply's JSON.
     *
     * @throws LlmException {@link Reason#REJECTED} if the status is not 2xx, {@link Reason#MALFORMED_RESPONSE} if the
     *     body is not a JSON object
     */
    public JsonNode json(Reply reply) {
        if (!reply.isSuccess()) {
            throw new LlmException(
                    Reason.REJECTED,
                    reply.retries(),
                    "expected a 2xx answer: HTTP " + reply.status() + " "
                            + SafeExcerpt.ofErrorBody(options.apiKey(), reply.text()));
        }
        try {
            JsonNode root = JSON.readTree(reply.text());
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (JsonProcessingException ignored) {
            // said below: the parser's own message would quote the body
        }
        throw malformed(reply, "a body of " + reply.text().length() + " characters that is no JSON object");
    }

    /** A failure for an answer whose status was fine and whose content was not; {@code came} must not quote it. */
    public LlmException malformed(Reply reply, String came) {
        return new LlmException(
                Reason.MALFORMED_RESPONSE,
                reply.retries(),
                "expected a well-formed answer: HTTP " + reply.status() + " with " + came);
    }

    /** One post with all its attempts. */
    private final class Exchange implements Callback, EndpointCircuit.Waiter {
        private final CompletableFuture<Reply> result = new CompletableFuture<>();
        private final Request request;
        private final Duration timeout;
        private final long deadlineNanos;
        private volatile int retries;
        private volatile boolean attempted;
        private volatile @Nullable Call call;
        private volatile EndpointCircuit.@Nullable Pass pass;
        private volatile @Nullable Future<?> nextAttempt;

        Exchange(Request request, Duration timeout) {
            this.request = request;
            this.timeout = timeout;
            this.deadlineNanos = System.nanoTime() + timeout.toNanos();
        }

        void start() {
            live.add(this);
            try {
                Future<?> deadline = scheduler.schedule(this::failLate, timeout.toNanos(), TimeUnit.NANOSECONDS);
                result.whenComplete((reply, failure) -> {
                    live.remove(this);
                    circuit.leave(this);
                    deadline.cancel(false);
                    stop(nextAttempt);
                    stop(call);
                });
                attempt();
            } catch (RejectedExecutionException stopped) {
                live.remove(this);
                failClosed();
            }
            if (closed) {
                failClosed();
            }
        }

        private void attempt() {
            if (!result.isDone()) {
                circuit.enter(this);
            }
        }

        @Override
        public void go(EndpointCircuit.Pass given) {
            if (result.isDone()) {
                circuit.abandon(given);
                return;
            }
            pass = given;
            if (attempted) {
                retries++;
            }
            attempted = true;
            Call next = http.newCall(request);
            long left = Math.max(1, deadlineNanos - System.nanoTime());
            next.timeout().timeout(Math.min(left, options.attemptTimeout().toNanos()), TimeUnit.NANOSECONDS);
            call = next;
            next.enqueue(this);
            if (result.isDone()) {
                next.cancel();
            }
        }

        @Override
        public void onResponse(Call answered, Response response) {
            try (response) {
                String text = bodyOf(answered, response);
                if (text != null) {
                    judge(response, text);
                }
            } catch (IOException e) {
                onFailure(answered, e);
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        }

        @Override
        public void onFailure(Call failed, IOException e) {
            String came = e.getClass().getSimpleName() + " " + SafeExcerpt.of(options.apiKey(), e.getMessage());
            if (closed) {
                circuit.abandon(pass());
            } else {
                circuit.failed(pass(), came); // also if nobody waits any longer: it did not answer in time
            }
            if (!result.isDone()) {
                retryOrFail(
                        e instanceof InterruptedIOException ? Reason.TIMEOUT : Reason.CONNECTION, came, Duration.ZERO);
            }
        }

        private EndpointCircuit.Pass pass() {
            return Objects.requireNonNull(pass, "an attempt has a pass");
        }

        private void judge(Response response, String text) {
            int status = response.code();
            if ("true".equalsIgnoreCase(response.header(MOCK_HEADER, ""))) {
                mock = true;
            }
            if (status == 401 || status == 403) {
                String came = "expected access: HTTP " + status + " " + SafeExcerpt.errorCode(options.apiKey(), text);
                circuit.refused(pass(), came);
                fail(Reason.UNAUTHORIZED, came);
            } else if (status == 408 || status == 429 || status >= 500) {
                Reason reason =
                        status == 429 ? Reason.RATE_LIMITED : status == 408 ? Reason.TIMEOUT : Reason.SERVER_ERROR;
                String came = "HTTP " + status + " " + SafeExcerpt.ofErrorBody(options.apiKey(), text);
                if (reason == Reason.RATE_LIMITED) {
                    circuit.answered(pass());
                } else {
                    circuit.failed(pass(), came);
                }
                retryOrFail(reason, came, retryAfter(response, clock.instant()));
            } else {
                circuit.answered(pass());
                result.complete(new Reply(status, text, retries));
            }
        }

        private @Nullable String bodyOf(Call answered, Response response) throws IOException {
            BufferedSource source = response.body().source();
            if (source.request(options.maxResponseBytes() + 1L)) {
                answered.cancel();
                circuit.answered(pass());
                fail(
                        Reason.MALFORMED_RESPONSE,
                        "expected at most " + options.maxResponseBytes() + " bytes: HTTP " + response.code()
                                + " with more");
                return null;
            }
            return source.getBuffer().readUtf8();
        }

        /** While the service is gone, the deadline alone bounds the attempts: there are few of them for all calls together. */
        private void retryOrFail(Reason reason, String came, Duration askedToWait) {
            boolean gone = circuit.isOpen() && reason != Reason.RATE_LIMITED;
            if (!gone && retries >= options.maxRetries()) {
                fail(reason, "gave up after " + (retries + 1) + " attempts: " + came);
                return;
            }
            long wait = Math.max(gone ? 0 : backoffNanos(retries), saturatedNanos(askedToWait));
            if (wait >= deadlineNanos - System.nanoTime()) {
                fail(
                        gone ? Reason.ENDPOINT_UNAVAILABLE : reason,
                        "gave up after " + (retries + 1) + " attempts, as waiting "
                                + TimeUnit.NANOSECONDS.toMillis(wait) + " ms more would pass its deadline: " + came);
                return;
            }
            if (wait == 0) {
                attempt();
                return;
            }
            try {
                nextAttempt = scheduler.schedule(this::attempt, wait, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException stopped) {
                failClosed();
            }
        }

        private long backoffNanos(int failedBefore) {
            long doubled = options.firstBackoff().toNanos() << Math.min(failedBefore, 20);
            long full = Math.min(options.maxBackoff().toNanos(), doubled);
            return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
        }

        private void failLate() {
            String within = "no answer within " + timeout.toMillis() + " ms, attempts: " + (retries + 1);
            if (circuit.isOpen()) {
                fail(Reason.ENDPOINT_UNAVAILABLE, within + ", " + circuit);
            } else {
                fail(Reason.TIMEOUT, within);
            }
        }

        private void failClosed() {
            fail(Reason.CONNECTION, "the client is closed");
        }

        private void fail(Reason reason, String message) {
            result.completeExceptionally(new LlmException(reason, retries, message));
        }

        private static void stop(@Nullable Future<?> task) {
            if (task != null) {
                task.cancel(false);
            }
        }

        private static void stop(@Nullable Call call) {
            if (call != null) {
                call.cancel();
            }
        }
    }

    /**
     * How long the service asks to be left alone, or zero.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#field.retry-after">RFC 9110, Retry-After</a>
     */
    static Duration retryAfter(Response response, Instant now) {
        String millis = response.header("retry-after-ms", "");
        if (millis != null && millis.matches("\\d{1,12}")) {
            return Duration.ofMillis(Long.parseLong(millis));
        }
        String value = response.header("Retry-After", "");
        if (value == null || value.isBlank()) {
            return Duration.ZERO;
        }
        if (value.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO;
        } catch (DateTimeException notADate) {
            return Duration.ZERO;
        }
    }

    private static long saturatedNanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE / 4 : duration.toNanos();
    }

    private static ThreadFactory daemonThreads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Sockets that send small writes at once; a prompt's last part would else wait for a delayed acknowledgement. */
    private static final class NoDelaySockets extends SocketFactory {
        @Override
        public Socket createSocket() throws IOException {
            return eager(new Socket());
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return eager(new Socket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return eager(new Socket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return eager(new Socket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return eager(new Socket(host, port, local, localPort));
        }

        private static Socket eager(Socket socket) throws IOException {
            socket.setTcpNoDelay(true);
            return socket;
        }
    }
}

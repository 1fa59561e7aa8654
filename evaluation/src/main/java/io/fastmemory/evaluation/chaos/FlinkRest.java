package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Flink's REST API at one address; a JobManager that is down is waited for, as it may come back. */
public final class FlinkRest {
    private static final Duration PERIOD = Duration.ofMillis(200);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final String url;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(REQUEST_TIMEOUT).build();

    /** The API below an address such as {@code http://127.0.0.1:8081}. */
    public FlinkRest(String url) {
        this.url = url;
    }

    /** The address. */
    public String url() {
        return url;
    }

    /**
     * Asks once.
     *
     * @param path with its slash, such as {@code /jobs/overview}
     * @throws IOException if there is no answer, or another one than 200
     */
    public JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(REQUEST_TIMEOUT)
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(
                    "expected 200 of " + url + path + ", found " + answer.statusCode() + ": " + answer.body());
        }
        return Json.MAPPER.readTree(answer.body());
    }

    /**
     * Asks again and again until the answer is as expected.
     *
     * @param expected what is waited for, in words
     * @return the answer that was
     * @throws TimeoutException with the last answer or failure
     */
    public JsonNode await(String path, Duration timeout, String expected, Predicate<JsonNode> asExpected)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + timeout.toNanos();
        String last = "no answer";
        while (System.nanoTime() < deadline) {
            try {
                JsonNode answer = get(path);
                if (asExpected.test(answer)) {
                    return answer;
                }
                last = answer.toString();
            } catch (IOException unreachable) {
                last = unreachable.toString();
            }
            LockSupport.parkNanos(PERIOD.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException("while waiting for " + expected);
            }
        }
        throw new TimeoutException("expected " + expected + " within " + timeout + ", found " + last);
    }
}

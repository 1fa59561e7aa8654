package io.fastmemory.evaluation.benchmark;

import io.fastmemory.evaluation.metric.SurvivalTimes;
import io.fastmemory.evaluation.metric.TimeStat;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/** A plain client that asks a chat endpoint one question after the other: what its latency is without any job around. */
final class LatencyProbe {
    private static final int WARM_UP = 5;
    private static final double NANOS_PER_MILLI = 1e6;

    private LatencyProbe() {}

    /**
     * Round trips of {@code requests} chat requests, after some that are not counted.
     *
     * @param baseUrl of the endpoint, up to and with {@code /v1}
     */
    static TimeStat roundTrips(String baseUrl, String model, int requests) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        String question = Json.write(
                Map.of("events", List.of(Map.of("event_id", "probe", "text", "The code of the gate is 4711."))));
        String body =
                Json.write(Map.of("model", model, "messages", List.of(Map.of("role", "user", "content", question))));
        HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + "/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        SurvivalTimes times = new SurvivalTimes();
        for (int i = -WARM_UP; i < requests; i++) {
            long start = System.nanoTime();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            double millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
            if (response.statusCode() != 200) {
                throw new IOException("expected status 200 from " + request.uri() + ": " + response.statusCode());
            }
            if (i >= 0) {
                times.addObserved(millis);
            }
        }
        return times.stat();
    }
}

package io.fastmemory.connectors.llm;

import io.fastmemory.model.TokenEstimator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A chat model for unit tests, answered by a function, a script or the test's own futures; keeps what it was asked. */
public final class MockLlmClient implements LlmClient {
    private final Function<ChatRequest, CompletableFuture<ChatCompletion>> answers;
    private final List<ChatRequest> requests = new CopyOnWriteArrayList<>();

    /** Answers with whatever future the function returns. */
    public MockLlmClient(Function<ChatRequest, CompletableFuture<ChatCompletion>> answers) {
        this.answers = answers;
    }

    /** Answers at once with the function's text; what the function throws fails the call. */
    public static MockLlmClient answering(Function<ChatRequest, String> text) {
        return new MockLlmClient(request -> {
            try {
                return CompletableFuture.completedFuture(completion(request, text.apply(request)));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    /** Gives these answers in order; a call after the last one fails. */
    public static MockLlmClient scripted(String... texts) {
        Queue<String> left = new ArrayDeque<>(List.of(texts));
        return answering(request -> {
            synchronized (left) {
                String text = left.poll();
                if (text == null) {
                    throw new LlmException(LlmException.Reason.REJECTED, 0, "expected no more calls than answers");
                }
                return text;
            }
        });
    }

    /** The same answers, each {@code latency} later on {@code scheduler}, which stays the caller's to close. */
    public MockLlmClient delayedBy(Duration latency, ScheduledExecutorService scheduler) {
        return new MockLlmClient(request -> {
            CompletableFuture<ChatCompletion> late = new CompletableFuture<>();
            var timer = scheduler.schedule(
                    () -> answers.apply(request).whenComplete((answer, failure) -> {
                        if (failure == null) {
                            late.complete(answer);
                        } else {
                            late.completeExceptionally(failure);
                        }
                    }),
                    latency.toNanos(),
                    TimeUnit.NANOSECONDS);
            late.whenComplete((answer, failure) -> timer.cancel(false));
            return late;
        });
    }

    /** An answer to {@code request} with token counts from the texts' lengths. */
    public static ChatCompletion completion(ChatRequest request, String text) {
        long prompt = request.messages().stream()
                .mapToLong(message -> TokenEstimator.tokens(message.content()))
                .sum();
        return new ChatCompletion(text, prompt, TokenEstimator.tokens(text), 0);
    }

    @Override
    public CompletableFuture<ChatCompletion> complete(ChatRequest request) {
        requests.add(request);
        return answers.apply(request);
    }

    /** Every request so far, in order of arrival. */
    public List<ChatRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public String model() {
        return "mock";
    }

    @Override
    public boolean mock() {
        return true;
    }

    @Override
    public void close() {}
}

package io.fastmemory.connectors.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.llm.LlmException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MockLlmClientTest {
    private static final ChatRequest REQUEST =
            new ChatRequest(List.of(new Message(Role.USER, "12345678")), "s", null, 0, 10, Duration.ofSeconds(1));

    @Test
    void givesItsScriptInOrderAndThenFails() {
        MockLlmClient client = MockLlmClient.scripted("one", "two");

        assertThat(client.complete(REQUEST).join()).isEqualTo(new ChatCompletion("one", 2, 1, 0));
        assertThat(client.complete(REQUEST).join().text()).isEqualTo("two");
        assertThatThrownBy(() -> client.complete(REQUEST).join()).hasCauseInstanceOf(LlmException.class);
        assertThat(client.requests()).containsExactly(REQUEST, REQUEST, REQUEST);
    }

    @Test
    void failsAsItsFunctionFails() {
        MockLlmClient client = MockLlmClient.answering(request -> {
            throw new LlmException(Reason.UNAUTHORIZED, 0, "no");
        });

        assertThat(client.complete(REQUEST)).isCompletedExceptionally();
    }

    @Test
    void waitsForTheTestsOwnFutures() {
        CompletableFuture<ChatCompletion> held = new CompletableFuture<>();
        CompletableFuture<ChatCompletion> call = new MockLlmClient(request -> held).complete(REQUEST);

        assertThat(call).isNotDone();
        held.complete(MockLlmClient.completion(REQUEST, "now"));
        assertThat(call.join().text()).isEqualTo("now");
    }

    @Test
    void answersAfterItsLatency() throws Exception {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        try {
            MockLlmClient client = MockLlmClient.scripted("late").delayedBy(Duration.ofMillis(100), scheduler);

            long start = System.nanoTime();
            assertThat(client.complete(REQUEST).get(20, TimeUnit.SECONDS).text())
                    .isEqualTo("late");
            assertThat(System.nanoTime() - start)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(100).toNanos());
        } finally {
            scheduler.shutdownNow();
        }
    }
}

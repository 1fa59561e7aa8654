package io.fastmemory.job.policy.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.connectors.llm.ChatCompletion;
import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.llm.LlmException;
import io.fastmemory.connectors.llm.MockLlmClient;
import io.fastmemory.job.policy.reply.ReplyLoop.Checked;
import io.fastmemory.job.policy.reply.ReplyLoop.Result;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ReplyLoopTest {
    private static final ChatRequest QUESTION = new ChatRequest(
            List.of(new Message(Role.SYSTEM, "be brief"), new Message(Role.USER, "a number?")),
            "number",
            "{}",
            0,
            100,
            Duration.ofSeconds(30));

    private final Clock still = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @Test
    void takesAValidAnswerAtOnce() {
        MockLlmClient llm = MockLlmClient.scripted("7");

        Result<Integer> result = ask(llm, 2).join();

        assertThat(result.value()).isEqualTo(7);
        assertThat(result.failure()).isNull();
        assertThat(result.repairs()).isEmpty();
        assertThat(result.llmCalls()).isEqualTo(1);
        assertThat(result.rawAnswer()).isEqualTo("7");
        assertThat(result.answeredAt()).isEqualTo(still.instant());
        assertThat(llm.requests()).singleElement().satisfies(request -> {
            assertThat(request.messages()).isEqualTo(QUESTION.messages());
            assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(30));
        });
    }

    @Test
    void sendsAnInvalidAnswerBackWithItsErrorsAndCountsEverything() {
        MockLlmClient llm = MockLlmClient.scripted("seven", "VII", "7");

        Result<Integer> result = ask(llm, 2).join();

        assertThat(result.value()).isEqualTo(7);
        assertThat(result.llmCalls()).isEqualTo(3);
        assertThat(result.repairs()).extracting(repair -> repair.rawAnswer()).containsExactly("seven", "VII");
        assertThat(result.repairs().get(0).errors()).containsExactly("expected digits: seven");
        List<Message> last = llm.requests().get(2).messages();
        assertThat(last).hasSize(6).startsWith(QUESTION.messages().toArray(Message[]::new));
        assertThat(last.get(2)).isEqualTo(new Message(Role.ASSISTANT, "seven"));
        assertThat(last.get(3).role()).isEqualTo(Role.USER);
        assertThat(last.get(3).content()).contains("expected digits: seven");
        assertThat(result.promptTokens()).isGreaterThan(3 * 4);
        assertThat(result.completionTokens()).isEqualTo(2 + 1 + 1);
    }

    @Test
    void givesUpAfterTheLastRepair() {
        Result<Integer> result =
                ask(MockLlmClient.scripted("a", "b", "c", "never asked"), 2).join();

        assertThat(result.value()).isNull();
        assertThat(result.failure()).isEqualTo("invalid_answer");
        assertThat(result.message()).isEqualTo("expected digits: c");
        assertThat(result.rawAnswer()).isEqualTo("c");
        assertThat(result.repairs()).hasSize(2);
        assertThat(result.llmCalls()).isEqualTo(3);
    }

    @Test
    void repairsNothingWhenThatIsWanted() {
        assertThat(ask(MockLlmClient.scripted("a"), 0).join().failure()).isEqualTo("invalid_answer");
    }

    @Test
    void namesWhyTheModelDidNotAnswer() {
        MockLlmClient llm = MockLlmClient.answering(request -> {
            throw new LlmException(LlmException.Reason.RATE_LIMITED, 4, "429 after 5 attempts");
        });

        Result<Integer> result = ask(llm, 2).join();

        assertThat(result.failure()).isEqualTo("rate_limited");
        assertThat(result.message()).isEqualTo("429 after 5 attempts");
        assertThat(result.httpRetries()).isEqualTo(4);
        assertThat(result.rawAnswer()).isNull();
    }

    @Test
    void givesARepairOnlyTheTimeThatIsLeft() {
        List<Instant> times = new ArrayList<>(List.of(at(0), at(0), at(20), at(20)));
        MockLlmClient llm = MockLlmClient.scripted("seven", "7");

        assertThat(ask(llm, 2, stepping(times)).join().value()).isEqualTo(7);
        assertThat(llm.requests().get(1).timeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void asksNoMoreWhenTheTimeIsUp() {
        List<Instant> times = new ArrayList<>(List.of(at(0), at(0), at(30), at(30)));
        MockLlmClient llm = MockLlmClient.scripted("seven", "7");

        Result<Integer> result = ask(llm, 2, stepping(times)).join();

        assertThat(result.failure()).isEqualTo("timeout");
        assertThat(result.llmCalls()).isEqualTo(1);
        assertThat(llm.requests()).hasSize(1);
    }

    @Test
    void endsTheCallUnderWayWhenItIsCancelled() {
        CompletableFuture<ChatCompletion> underWay = new CompletableFuture<>();

        ask(new MockLlmClient(request -> underWay), 2).cancel(true);

        assertThat(underWay).isCancelled();
    }

    @Test
    void letsABugReachTheJob() {
        ReplyLoop<Integer> loop = new ReplyLoop<>(MockLlmClient.scripted("7"), still, 2);
        CompletableFuture<Result<Integer>> bug = loop.ask(QUESTION, text -> {
            throw new IllegalStateException("a bug");
        });
        CompletableFuture<Result<Integer>> unknown = ask(
                MockLlmClient.answering(request -> {
                    throw new IllegalStateException("not an LlmException");
                }),
                2);

        assertThatThrownBy(bug::join).isInstanceOf(CompletionException.class).hasRootCauseMessage("a bug");
        assertThatThrownBy(unknown::join).hasRootCauseMessage("not an LlmException");
    }

    private CompletableFuture<Result<Integer>> ask(MockLlmClient llm, int maxRepairs) {
        return ask(llm, maxRepairs, still);
    }

    private static CompletableFuture<Result<Integer>> ask(MockLlmClient llm, int maxRepairs, Clock clock) {
        return new ReplyLoop<Integer>(llm, clock, maxRepairs)
                .ask(
                        QUESTION,
                        text -> text.matches("\\d+")
                                ? Checked.valid(Integer.valueOf(text))
                                : Checked.invalid(List.of("expected digits: " + text)));
    }

    private static Instant at(long seconds) {
        return Instant.ofEpochSecond(seconds);
    }

    /** A clock that tells each of these times once, and the last for ever. */
    private static Clock stepping(List<Instant> times) {
        return new Clock() {
            @Override
            public Instant instant() {
                return times.size() > 1 ? times.remove(0) : times.get(0);
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }
        };
    }
}

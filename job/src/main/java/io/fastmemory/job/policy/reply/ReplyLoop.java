package io.fastmemory.job.policy.reply;

import io.fastmemory.connectors.llm.ChatCompletion;
import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.llm.LlmException;
import io.fastmemory.model.rollout.CallLine.Repair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model for an answer of a known form, and sends an invalid one back with its errors a limited number of times.
 *
 * @param <T> a valid answer
 */
public final class ReplyLoop<T> {
    private static final int MAX_QUOTED_ANSWER = 20_000;

    private final LlmClient llm;
    private final Clock clock;
    private final int maxRepairs;

    public ReplyLoop(LlmClient llm, Clock clock, int maxRepairs) {
        this.llm = llm;
        this.clock = clock;
        this.maxRepairs = maxRepairs;
    }

    /** A reply as read: a value, or the errors to send back. */
    public record Checked<T>(@Nullable T value, List<String> errors) {
        /** A valid reply. */
        public static <T> Checked<T> valid(T value) {
            return new Checked<>(value, List.of());
        }

        /** An invalid reply. */
        public static <T> Checked<T> invalid(List<String> errors) {
            return new Checked<>(null, errors);
        }
    }

    /**
     * What came of the loop.
     *
     * @param value the valid answer, or {@code null}
     * @param failure one word why there is none, or {@code null}
     * @param message a sentence for {@code failure}
     */
    public record Result<T>(
            @Nullable T value,
            @Nullable String failure,
            @Nullable String message,
            @Nullable String rawAnswer,
            @Nullable Instant answeredAt,
            List<Repair> repairs,
            long promptTokens,
            long completionTokens,
            int llmCalls,
            int httpRetries) {}

    /** Runs the loop within {@code request}'s timeout; cancelling the result ends the call under way. */
    public CompletableFuture<Result<T>> ask(ChatRequest request, Function<String, Checked<T>> check) {
        Conversation conversation =
                new Conversation(request, check, clock.instant().plus(request.timeout()));
        conversation.next();
        return conversation.result;
    }

    /** One run of the loop; its steps follow one another. */
    private final class Conversation {
        private final ChatRequest request;
        private final Function<String, Checked<T>> check;
        private final Instant deadline;
        private final CompletableFuture<Result<T>> result = new CompletableFuture<>();
        private final List<Message> messages;
        private final List<Repair> repairs = new ArrayList<>();
        private @Nullable String rawAnswer;
        private @Nullable Instant answeredAt;
        private long promptTokens;
        private long completionTokens;
        private int llmCalls;
        private int httpRetries;

        Conversation(ChatRequest request, Function<String, Checked<T>> check, Instant deadline) {
            this.request = request;
            this.check = check;
            this.deadline = deadline;
            this.messages = new ArrayList<>(request.messages());
        }

        void next() {
            Duration left = Duration.between(clock.instant(), deadline);
            if (left.isNegative() || left.isZero()) {
                end(null, "timeout", "no valid answer within " + request.timeout());
                return;
            }
            llmCalls++;
            CompletableFuture<ChatCompletion> call = llm.complete(new ChatRequest(
                    messages,
                    request.schemaName(),
                    request.jsonSchema(),
                    request.temperature(),
                    request.maxTokens(),
                    left));
            result.whenComplete((value, failure) -> {
                if (result.isCancelled()) {
                    call.cancel(true);
                }
            });
            call.whenComplete((completion, failure) -> {
                try {
                    if (failure != null) {
                        failed(failure);
                    } else {
                        answered(completion);
                    }
                } catch (RuntimeException e) {
                    result.completeExceptionally(e); // a bug must reach the job, not hang the call
                }
            });
        }

        private void failed(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof LlmException refused) {
                httpRetries += refused.httpRetries();
                end(null, refused.reason().name().toLowerCase(Locale.ROOT), String.valueOf(refused.getMessage()));
            } else if (!result.isCancelled()) {
                result.completeExceptionally(cause);
            }
        }

        private void answered(ChatCompletion completion) {
            rawAnswer = completion.text();
            answeredAt = clock.instant();
            promptTokens += completion.promptTokens();
            completionTokens += completion.completionTokens();
            httpRetries += completion.httpRetries();
            Checked<T> checked = check.apply(completion.text());
            if (checked.value() != null) {
                end(checked.value(), null, null);
            } else if (repairs.size() >= maxRepairs) {
                end(null, "invalid_answer", String.join("; ", checked.errors()));
            } else {
                repairs.add(new Repair(completion.text(), checked.errors()));
                messages.addAll(sentBack(completion.text(), checked.errors()));
                next();
            }
        }

        private void end(@Nullable T value, @Nullable String failure, @Nullable String message) {
            result.complete(new Result<>(
                    value,
                    failure,
                    message,
                    rawAnswer,
                    answeredAt,
                    List.copyOf(repairs),
                    promptTokens,
                    completionTokens,
                    llmCalls,
                    httpRetries));
        }
    }

    /** The messages by which an invalid answer goes back to the model: the answer itself, and what is wrong with it. */
    static List<Message> sentBack(String answer, List<String> errors) {
        return List.of(new Message(Role.ASSISTANT, quoted(answer)), new Message(Role.USER, repairRequest(errors)));
    }

    private static String quoted(String answer) {
        return answer.length() <= MAX_QUOTED_ANSWER ? answer : answer.substring(0, MAX_QUOTED_ANSWER);
    }

    private static String repairRequest(List<String> errors) {
        return "That answer is not valid:\n- " + String.join("\n- ", errors)
                + "\nAnswer the request again with one valid JSON object and nothing else.";
    }
}

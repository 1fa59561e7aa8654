package io.fastmemory.job.policy;

import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.EndpointHealth;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.job.policy.reply.PolicyMessages;
import io.fastmemory.job.policy.reply.PolicyReply;
import io.fastmemory.job.policy.reply.ReplyLoop;
import io.fastmemory.model.AnswerSchemas;
import io.fastmemory.model.Budget;
import io.fastmemory.model.Json;
import io.fastmemory.model.PolicyAnswer;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The policy under test: a language model that decides, from the request alone, what becomes memory. */
public final class LlmMemoryWritePolicy implements MemoryWritePolicy {
    private static final String SCHEMA = AnswerSchemas.policyAnswerSchema().toString();

    /**
     * How the model is asked.
     *
     * @param timeout wall time of a call, repairs and retries included
     * @param latencyTargetMs the latency budget shown to the model
     * @param waitingShown whether the model is shown how long the events have waited; when queries wait for memory, it is
     *     shown that they did not, so that a run can be repeated
     */
    public record Settings(
            double temperature,
            int maxAnswerTokens,
            Duration timeout,
            int maxRepairs,
            long latencyTargetMs,
            boolean waitingShown)
            implements Serializable {}

    private final LlmClient llm;
    private final Settings settings;
    private final Clock clock;
    private final ReplyLoop<PolicyAnswer> loop;

    public LlmMemoryWritePolicy(LlmClient llm, Settings settings, Clock clock) {
        this.llm = llm;
        this.settings = settings;
        this.clock = clock;
        this.loop = new ReplyLoop<>(llm, clock, settings.maxRepairs());
    }

    @Override
    public CompletableFuture<PolicyOutcome> decide(PolicyCall call) {
        String request = Json.write(call.toRequest(latency(call)));
        ChatRequest chat = new ChatRequest(
                PolicyMessages.opening(request),
                "policy_answer",
                SCHEMA,
                settings.temperature(),
                settings.maxAnswerTokens(),
                settings.timeout());
        List<String> eventIds =
                call.events().stream().map(arrived -> arrived.event().eventId()).toList();
        CompletableFuture<ReplyLoop.Result<PolicyAnswer>> reply =
                loop.ask(chat, text -> PolicyReply.read(text, eventIds));
        CompletableFuture<PolicyOutcome> outcome = reply.thenApply(result -> outcome(request, result));
        outcome.whenComplete((value, failure) -> {
            if (outcome.isCancelled()) {
                reply.cancel(true);
            }
        });
        return outcome;
    }

    private Budget latency(PolicyCall call) {
        if (!settings.waitingShown()) {
            return Budget.of(settings.latencyTargetMs(), 0);
        }
        long waitedMs = Duration.between(call.events().get(0).arrivalAt(), clock.instant())
                .toMillis();
        return Budget.of(settings.latencyTargetMs(), Math.max(0, waitedMs));
    }

    private static PolicyOutcome outcome(String request, ReplyLoop.Result<PolicyAnswer> result) {
        PolicyAnswer answer = result.value();
        String failure = result.failure();
        return new PolicyOutcome(
                answer == null ? List.of() : answer.actions(),
                failure == null ? null : new PolicyOutcome.Failure(failure, String.valueOf(result.message())),
                request,
                result.rawAnswer(),
                result.answeredAt(),
                result.repairs(),
                result.promptTokens(),
                result.completionTokens(),
                result.llmCalls(),
                result.httpRetries());
    }

    @Override
    public EndpointHealth endpointHealth() {
        return llm.health();
    }

    @Override
    public void close() {
        llm.close();
    }
}

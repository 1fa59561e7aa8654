package io.fastmemory.evaluation.training;

import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.job.policy.reply.PolicyMessages;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.CallReward;
import io.fastmemory.model.rollout.RunLine;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One policy call as a conversation with a reward: a line of {@value ChatExport#FILE}.
 *
 * @param messages all the model was sent, in its order, and its last answer; answers that were sent back stand between
 * @param reward the call's return; it belongs to the last message, the answer that took effect
 */
public record ChatExample(List<Turn> messages, double reward, Metadata metadata) {
    public ChatExample {
        messages = List.copyOf(messages);
    }

    /** A message; {@code role} is {@code system}, {@code user} or {@code assistant}. */
    public record Turn(String role, String content) {}

    /**
     * Where an example comes from.
     *
     * @param mock whether a stand-in answered, from which there is nothing to learn
     * @param promptHash SHA-256 of the system prompts of policy and reader
     * @param queries when queries were served: {@code arrival} or {@code settled}
     * @param outcome {@code decided}, or {@code parked} for a last answer that was invalid too
     * @param reason why it was parked, or {@code null}
     * @param repairs answers that were sent back before the last one
     * @param rewardedTurn place of the message the reward belongs to, from 0
     * @param rewardParts what the reward is made of
     * @param promptTokens tokens of all requests of the call, as billed
     * @param completionTokens tokens of all its answers
     * @param reasked how often the call had been made before without a logged answer
     */
    public record Metadata(
            String runId,
            String policy,
            String model,
            boolean mock,
            String promptHash,
            double temperature,
            String queries,
            RunLine.DatasetRef dataset,
            String entityId,
            long callSeq,
            List<String> eventIds,
            String outcome,
            @Nullable String reason,
            int repairs,
            int rewardedTurn,
            CallReward rewardParts,
            long promptTokens,
            long completionTokens,
            int llmCalls,
            int reasked) {
        public Metadata {
            eventIds = List.copyOf(eventIds);
        }
    }

    /** The example of a call that has a request, an answer and a reward. */
    static ChatExample of(RunLine run, CallLine call) {
        String request = Json.write(Objects.requireNonNull(call.request()));
        String answer = Objects.requireNonNull(call.rawAnswer());
        CallReward reward = Objects.requireNonNull(call.reward());
        List<Turn> turns = PolicyMessages.exchange(request, call.repairs(), answer).stream()
                .map(ChatExample::turn)
                .toList();
        Metadata metadata = new Metadata(
                run.runId(),
                run.policy(),
                run.llm().model(),
                run.llm().mock(),
                run.promptHash(),
                run.temperature(),
                run.queries(),
                run.dataset(),
                call.entityId(),
                call.callSeq(),
                call.eventIds(),
                call.outcome(),
                call.reason(),
                call.repairs().size(),
                turns.size() - 1,
                reward,
                call.promptTokens(),
                call.completionTokens(),
                call.llmCalls(),
                call.reasked());
        return new ChatExample(turns, reward.total(), metadata);
    }

    private static Turn turn(Message message) {
        return new Turn(message.role().name().toLowerCase(Locale.ROOT), message.content());
    }
}

package io.fastmemory.evaluation.chaos;

import io.fastmemory.job.memory.Decision;
import io.fastmemory.model.rollout.CallLine;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a policy call's line and its row in the decision log both say, but for long texts and the time of the commit. */
record CallContent(
        String entityId,
        long callSeq,
        List<String> eventIds,
        String outcome,
        @Nullable String reason,
        Instant calledAt,
        @Nullable Instant answeredAt,
        long streamMs,
        int repairs,
        long promptTokens,
        long completionTokens,
        int llmCalls,
        int httpRetries,
        int reasked) {
    static CallContent of(CallLine line) {
        return new CallContent(
                line.entityId(),
                line.callSeq(),
                line.eventIds(),
                line.outcome(),
                line.reason(),
                line.calledAt(),
                line.answeredAt(),
                line.streamMs(),
                line.repairs().size(),
                line.promptTokens(),
                line.completionTokens(),
                line.llmCalls(),
                line.httpRetries(),
                line.reasked());
    }

    static CallContent of(Decision decision) {
        return new CallContent(
                decision.entityId(),
                decision.callSeq(),
                decision.events().stream().map(event -> event.event().eventId()).toList(),
                decision.outcome().name().toLowerCase(Locale.ROOT),
                decision.reason(),
                decision.calledAt(),
                decision.answeredAt(),
                decision.streamMs(),
                decision.repairs().size(),
                decision.promptTokens(),
                decision.completionTokens(),
                decision.llmCalls(),
                decision.httpRetries(),
                decision.reasked());
    }
}

package io.fastmemory.job.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.RawValue;
import io.fastmemory.job.memory.AppliedDecision;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.Decision;
import io.fastmemory.job.memory.DecisionOutcome;
import io.fastmemory.job.memory.IndexRequest;
import io.fastmemory.model.Json;
import io.fastmemory.model.TokenEstimator;
import io.fastmemory.model.Undecided;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.VersionLine;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** Records a stored decision for the rollouts, parks what was not decided, and passes on what the index is to do. */
public final class RecordDecisionFunction extends ProcessFunction<StoredDecision, IndexRequest> {
    private static final long serialVersionUID = 1L;

    /** Events the policy could not decide on. */
    public static final OutputTag<Undecided> UNDECIDED = new OutputTag<>("undecided", Types.POJO(Undecided.class));

    /** Arrivals of decided events, for scoring. */
    public static final OutputTag<MemoryLife> LIVES = new OutputTag<>("event-lives", Types.POJO(MemoryLife.class));

    @Override
    public void processElement(StoredDecision stored, Context context, Collector<IndexRequest> out) {
        AppliedDecision applied = stored.applied();
        if (!applied.decision().events().isEmpty()) {
            record(stored, context);
        }
        applied.indexRequests().forEach(out::collect);
    }

    private static void record(StoredDecision stored, Context context) {
        AppliedDecision applied = stored.applied();
        Decision decision = applied.decision();
        for (ArrivedEvent event : decision.events()) {
            context.output(Rollouts.LINES, Rollouts.write(eventLine(event, decision)));
            if (decision.outcome() == DecisionOutcome.PARKED) {
                context.output(UNDECIDED, undecided(event, decision));
            }
        }
        context.output(LIVES, life(decision));
        context.output(Rollouts.LINES, Rollouts.write(callLine(applied)));
        for (int i = 0; i < applied.versions().size(); i++) {
            VersionLine line = new VersionLine(
                    applied.versions().get(i), stored.committedAt().get(i));
            context.output(Rollouts.LINES, Rollouts.write(line));
        }
    }

    /** The record of one event's outcome. */
    static EventLine eventLine(ArrivedEvent arrived, Decision decision) {
        return new EventLine(
                arrived.event().eventId(),
                decision.entityId(),
                arrived.event().offsetMs(),
                arrived.event().urgency(),
                TokenEstimator.tokens(arrived.event().text()),
                arrived.arrivalAt(),
                arrived.rawCommittedAt(),
                decision.calledAt(),
                decision.decidedAt(),
                word(decision.outcome()),
                decision.callSeq(),
                decision.reason());
    }

    /** The record of one call. */
    static CallLine callLine(AppliedDecision applied) {
        Decision decision = applied.decision();
        return new CallLine(
                decision.entityId(),
                decision.callSeq(),
                decision.events().stream().map(event -> event.event().eventId()).toList(),
                word(decision.outcome()),
                decision.reason(),
                decision.calledAt(),
                decision.answeredAt(),
                decision.decidedAt(),
                decision.streamMs(),
                written(decision.request()),
                decision.rawAnswer(),
                decision.repairs(),
                Objects.requireNonNull(tree(decision.actions())).path("actions"),
                applied.results(),
                decision.promptTokens(),
                decision.completionTokens(),
                decision.llmCalls(),
                decision.httpRetries(),
                decision.reasked(),
                null);
    }

    private static MemoryLife life(Decision decision) {
        return new MemoryLife(
                decision.entityId(),
                decision.events().stream().map(event -> event.event().eventId()).toList(),
                decision.events().stream().map(ArrivedEvent::arrivalAt).toList(),
                null);
    }

    private static Undecided undecided(ArrivedEvent arrived, Decision decision) {
        return new Undecided(
                arrived.event(),
                decision.entityId(),
                decision.callSeq(),
                decision.reason() == null ? "unknown" : decision.reason(),
                decision.message() == null ? "" : decision.message(),
                decision.decidedAt());
    }

    private static String word(DecisionOutcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    /** JSON this program wrote, to be written again as it stands: parsing long requests would hold up the loop. */
    private static @Nullable JsonNode written(@Nullable String json) {
        return json == null ? null : JsonNodeFactory.instance.rawValueNode(new RawValue(json));
    }

    private static @Nullable JsonNode tree(@Nullable String json) {
        try {
            return json == null ? null : Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("the decision log holds JSON this program did not write", e);
        }
    }
}

package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.RawReceipt;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.job.source.TimelineRecord;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Event;
import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.timeline.DatasetLines;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets each event on once: redeliveries are counted and dropped, conflicting ones become dead letters. A query gets a marker
 * in each of its entities.
 */
public final class AdmitFunction extends ProcessFunction<RawWritten, EntityInput> {
    private static final long serialVersionUID = 1L;

    private final Instant epoch;
    private transient Counter redelivered;
    private transient Counter conflicting;

    /** @param epoch the world's date at offset 0, given to events that bring none now that they are written as they came */
    @SuppressWarnings("NullAway.Init")
    public AdmitFunction(Instant epoch) {
        this.epoch = epoch;
    }

    @Override
    public void open(OpenContext context) {
        redelivered = getRuntimeContext().getMetricGroup().counter("eventsRedelivered");
        conflicting = getRuntimeContext().getMetricGroup().counter("eventsConflicting");
    }

    @Override
    public void processElement(RawWritten written, Context context, Collector<EntityInput> out) {
        TimelineRecord arrived = written.arrived();
        Event event = arrived.event();
        RawReceipt receipt = written.receipt();
        if (event == null || receipt == null) {
            markers(arrived).forEach(out::collect);
        } else if (receipt.outcome() == RawReceipt.Outcome.REDELIVERY) {
            redelivered.inc();
            RolloutLine line = new InputLine(arrived.file(), arrived.line(), "redelivered", null, event.eventId());
            context.output(Rollouts.LINES, Rollouts.write(line));
        } else if (receipt.outcome() == RawReceipt.Outcome.CONFLICT) {
            conflicting.inc();
            context.output(ParseFunction.DEAD_LETTERS, conflict(arrived, event));
        } else {
            out.collect(EntityInput.of(
                    new ArrivedEvent(event.datedFrom(epoch), arrivalOf(arrived, receipt), receipt.committedAt())));
        }
    }

    /** A line of a live timeline that is read again after a failure had arrived by the time it was stored. */
    private static Instant arrivalOf(TimelineRecord arrived, RawReceipt receipt) {
        return receipt.outcome() == RawReceipt.Outcome.REPLAY
                        && receipt.committedAt().isBefore(arrived.arrivalAt())
                ? receipt.committedAt()
                : arrived.arrivalAt();
    }

    private static List<EntityInput> markers(TimelineRecord arrived) {
        Query query = Objects.requireNonNull(arrived.query(), "what is no event is a query");
        return query.entityIds().stream()
                .distinct()
                .map(entityId -> EntityInput.of(new EntityMarker(
                        entityId, arrived.offsetMs(), query, arrived.file(), arrived.line(), arrived.arrivalAt())))
                .toList();
    }

    private static DeadLetter conflict(TimelineRecord arrived, Event event) {
        return DeadLetter.of(
                DeadLetterCode.CONFLICTING_ID,
                arrived.file(),
                arrived.line(),
                "/event_id",
                "expected an event id not seen before, or the same content again: " + event.eventId()
                        + " came with other content",
                event.eventId(),
                DatasetLines.of(event).getBytes(StandardCharsets.UTF_8));
    }
}

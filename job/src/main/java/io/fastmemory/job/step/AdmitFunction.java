package io.fastmemory.job.step;

import io.fastmemory.connectors.sqlite.RawReceipt;
import io.fastmemory.job.memory.ArrivedEvent;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Event;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.timeline.DatasetLines;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Lets each event on once: redeliveries are counted and dropped, conflicting ones become dead letters. */
public final class AdmitFunction extends ProcessFunction<RawWritten, ArrivedEvent> {
    private static final long serialVersionUID = 1L;

    private transient Counter redelivered;
    private transient Counter conflicting;

    @Override
    public void open(OpenContext context) {
        redelivered = getRuntimeContext().getMetricGroup().counter("eventsRedelivered");
        conflicting = getRuntimeContext().getMetricGroup().counter("eventsConflicting");
    }

    @Override
    public void processElement(RawWritten written, Context context, Collector<ArrivedEvent> out) {
        Event event = written.arrived().event();
        if (written.outcome() == RawReceipt.Outcome.REDELIVERY) {
            redelivered.inc();
            RolloutLine line = new InputLine(written.file(), written.line(), "redelivered", null, event.eventId());
            context.output(Rollouts.LINES, Rollouts.write(line));
        } else if (written.outcome() == RawReceipt.Outcome.CONFLICT) {
            conflicting.inc();
            context.output(ParseFunction.DEAD_LETTERS, conflict(written, event));
        } else {
            out.collect(written.arrived());
        }
    }

    private static DeadLetter conflict(RawWritten written, Event event) {
        return DeadLetter.of(
                DeadLetterCode.CONFLICTING_ID,
                written.file(),
                written.line(),
                "/event_id",
                "expected an event id not seen before, or the same content again: " + event.eventId()
                        + " came with other content",
                event.eventId(),
                DatasetLines.of(event).getBytes(StandardCharsets.UTF_8));
    }
}

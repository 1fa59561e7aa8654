package io.fastmemory.job.step;

import io.fastmemory.job.memory.AppliedDecision;
import io.fastmemory.job.memory.DecisionOutcome;
import io.fastmemory.job.memory.EntityMarker;
import io.fastmemory.job.policy.PolicyDecision;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Hands each decision back to the keyed head of the loop, in the same thread, and passes on what it did.
 *
 * <p>State: none of its own; it is {@link MemoryWriteOperator}'s, found through the task that runs both.
 *
 * <p>Time: watermarks come from the head directly, past the asynchronous call.
 */
final class ApplyDecisionsOperator extends AbstractStreamOperator<AppliedDecision>
        implements OneInputStreamOperator<PolicyDecision, AppliedDecision>, LoopTail {
    private static final long serialVersionUID = 1L;

    private transient MemoryWriteOperator memoryWrite;
    private transient Counter rejectedActions;
    private transient Counter repairs;
    private transient Counter parkedEvents;

    @SuppressWarnings("NullAway.Init")
    ApplyDecisionsOperator(StreamOperatorParameters<AppliedDecision> parameters) {
        super(parameters);
    }

    @Override
    public void open() throws Exception {
        super.open();
        MemoryWriteOperator head = LoopLink.find(getContainingTask());
        if (head == null) {
            throw new IllegalStateException("memory-write and apply-decisions must be chained in one task: "
                    + "expected operator chaining on, the same parallelism and slot sharing group");
        }
        memoryWrite = head;
        head.connect(this);
        var metrics = getRuntimeContext().getMetricGroup();
        rejectedActions = metrics.counter("rejectedActions");
        repairs = metrics.counter("answerRepairs");
        parkedEvents = metrics.counter("parkedEvents");
    }

    @Override
    public void processElement(StreamRecord<PolicyDecision> record) throws Exception {
        AppliedDecision applied = memoryWrite.apply(record.getValue());
        if (applied == null) {
            return;
        }
        rejectedActions.inc(
                applied.results().stream().filter(result -> !result.success()).count());
        repairs.inc(applied.decision().repairs().size());
        if (applied.decision().outcome() == DecisionOutcome.PARKED) {
            parkedEvents.inc(applied.decision().events().size());
        }
        output.collect(new StreamRecord<>(applied));
    }

    @Override
    public void pass(EntityMarker marker) {
        output.collect(new StreamRecord<>(AppliedDecision.passing(marker)));
    }

    @Override
    public void forward(Watermark mark) {
        output.emitWatermark(mark);
    }

    @Override
    public void processWatermark(Watermark mark) {
        // The head hands watermarks over itself.
    }
}

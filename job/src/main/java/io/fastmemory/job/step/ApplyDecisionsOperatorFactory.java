package io.fastmemory.job.step;

import io.fastmemory.job.memory.AppliedDecision;
import io.fastmemory.job.policy.PolicyDecision;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the tail of the loop; see {@link ApplyDecisionsOperator}. */
public final class ApplyDecisionsOperatorFactory extends AbstractStreamOperatorFactory<AppliedDecision>
        implements OneInputStreamOperatorFactory<PolicyDecision, AppliedDecision> {
    private static final long serialVersionUID = 1L;

    public ApplyDecisionsOperatorFactory() {
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends StreamOperator<AppliedDecision>> T createStreamOperator(
            StreamOperatorParameters<AppliedDecision> parameters) {
        return (T) new ApplyDecisionsOperator(parameters);
    }

    @Override
    public Class<? extends StreamOperator<?>> getStreamOperatorClass(ClassLoader classLoader) {
        return ApplyDecisionsOperator.class;
    }
}

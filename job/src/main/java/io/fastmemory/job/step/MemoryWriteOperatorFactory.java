package io.fastmemory.job.step;

import io.fastmemory.job.backend.Backends;
import io.fastmemory.job.policy.PolicyCall;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.util.OutputTag;

/** Makes the keyed head of the loop; see {@link MemoryWriteOperator}. */
public final class MemoryWriteOperatorFactory extends AbstractStreamOperatorFactory<PolicyCall>
        implements OneInputStreamOperatorFactory<EntityInput, PolicyCall> {
    private static final long serialVersionUID = 1L;

    /** What keyed state holds when the input has ended. */
    public static final OutputTag<io.fastmemory.model.rollout.DigestLine.State> DIGESTS = MemoryWriteOperator.DIGESTS;

    private final MemoryWriteSettings settings;
    private final String runId;
    private final Backends backends;

    public MemoryWriteOperatorFactory(MemoryWriteSettings settings, String runId, Backends backends) {
        this.settings = settings;
        this.runId = runId;
        this.backends = backends;
        setChainingStrategy(ChainingStrategy.HEAD);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends StreamOperator<PolicyCall>> T createStreamOperator(
            StreamOperatorParameters<PolicyCall> parameters) {
        return (T) new MemoryWriteOperator(parameters, settings, runId, backends);
    }

    @Override
    public Class<? extends StreamOperator<?>> getStreamOperatorClass(ClassLoader classLoader) {
        return MemoryWriteOperator.class;
    }
}

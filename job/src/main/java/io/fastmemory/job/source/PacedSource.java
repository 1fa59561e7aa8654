package io.fastmemory.job.source;

import java.time.Clock;
import java.time.Instant;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Another source, each record of which is released at its time: until then the reader is not available, so that the task
 * goes on with checkpoints and stream time. Splits and their state are the other source's own.
 *
 * @param <T> what is read
 * @param <S> the other source's split
 * @param <C> the other source's checkpoint of its enumerator
 */
public final class PacedSource<T, S extends SourceSplit, C> implements Source<T, S, C> {
    private static final long serialVersionUID = 1L;

    private final Source<T, S, C> source;
    private final SerializableFunction<T, Instant> due;
    private final Clock clock;

    /** @param due when a record is to be released; what is late already is released at once */
    public PacedSource(Source<T, S, C> source, SerializableFunction<T, Instant> due, Clock clock) {
        this.source = source;
        this.due = due;
        this.clock = clock;
    }

    @Override
    public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
        return new PacedReader<>(source.createReader(context), due, clock);
    }

    @Override
    public Boundedness getBoundedness() {
        return source.getBoundedness();
    }

    @Override
    public SplitEnumerator<S, C> createEnumerator(SplitEnumeratorContext<S> context) throws Exception {
        return source.createEnumerator(context);
    }

    @Override
    public SplitEnumerator<S, C> restoreEnumerator(SplitEnumeratorContext<S> context, C checkpoint) throws Exception {
        return source.restoreEnumerator(context, checkpoint);
    }

    @Override
    public SimpleVersionedSerializer<S> getSplitSerializer() {
        return source.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<C> getEnumeratorCheckpointSerializer() {
        return source.getEnumeratorCheckpointSerializer();
    }
}

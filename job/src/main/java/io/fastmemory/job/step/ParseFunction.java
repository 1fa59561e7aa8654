package io.fastmemory.job.step;

import io.fastmemory.job.source.InputLine;
import io.fastmemory.job.source.Speed;
import io.fastmemory.job.source.TimelineRecord;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Event;
import io.fastmemory.model.Query;
import io.fastmemory.model.timeline.TimelineLine;
import io.fastmemory.model.timeline.TimelineParser;
import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Turns lines into events and queries with their intended arrival; what is neither becomes a dead letter. */
public final class ParseFunction extends ProcessFunction<InputLine, TimelineRecord> {
    private static final long serialVersionUID = 1L;

    /** Lines that could not be used. */
    public static final OutputTag<DeadLetter> DEAD_LETTERS =
            new OutputTag<>("dead-letters", Types.POJO(DeadLetter.class));

    private final Instant runStart;
    private final Speed speed;
    private final Instant epoch;
    private transient Counter deadLetters;

    /** @param epoch the world's date at offset 0, for queries that bring none */
    @SuppressWarnings("NullAway.Init")
    public ParseFunction(Instant runStart, Speed speed, Instant epoch) {
        this.runStart = runStart;
        this.speed = speed;
        this.epoch = epoch;
    }

    @Override
    public void open(OpenContext context) {
        deadLetters = getRuntimeContext().getMetricGroup().counter("deadLetters");
    }

    @Override
    public void processElement(InputLine line, Context context, Collector<TimelineRecord> out) {
        TimelineParser.parse(line.file(), line.line(), line.bytes()).match(new TimelineLine.Cases<Boolean>() {
            @Override
            public Boolean event(Event event) {
                out.collect(new TimelineRecord(
                        line.file(), line.line(), event, null, event.offsetMs(), arrival(event.offsetMs())));
                return true;
            }

            @Override
            public Boolean query(Query query) {
                out.collect(new TimelineRecord(
                        line.file(),
                        line.line(),
                        null,
                        query.datedFrom(epoch),
                        query.offsetMs(),
                        arrival(query.offsetMs())));
                return true;
            }

            @Override
            public Boolean unusable(DeadLetter deadLetter) {
                deadLetters.inc();
                context.output(DEAD_LETTERS, deadLetter);
                return false;
            }
        });
    }

    private Instant arrival(long offsetMs) {
        return speed.arrival(runStart, offsetMs);
    }
}

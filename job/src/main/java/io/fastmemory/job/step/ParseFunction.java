package io.fastmemory.job.step;

import io.fastmemory.job.source.InputLine;
import io.fastmemory.job.source.Speed;
import io.fastmemory.job.source.TimelineRecord;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Event;
import io.fastmemory.model.Query;
import io.fastmemory.model.timeline.TimelineLine;
import io.fastmemory.model.timeline.TimelineParser;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Turns lines into events and queries with their arrival; what is neither becomes a dead letter.
 *
 * <p>Time: a recorded timeline says by its offsets when a line is meant to arrive. A live one arrives when it is read, by
 * wall clock, whatever its offsets.
 */
public final class ParseFunction extends ProcessFunction<InputLine, TimelineRecord> {
    private static final long serialVersionUID = 1L;

    /** Lines that could not be used. */
    public static final OutputTag<DeadLetter> DEAD_LETTERS =
            new OutputTag<>("dead-letters", Types.POJO(DeadLetter.class));

    private final Instant runStart;
    private final Speed speed;
    private final Instant epoch;
    private final @Nullable Clock live;
    private transient Counter deadLetters;

    /**
     * A step that parses.
     *
     * @param epoch the world's date at offset 0, for queries that bring none
     * @param live tells when lines arrive, or {@code null} if their offsets do
     */
    @SuppressWarnings("NullAway.Init")
    public ParseFunction(Instant runStart, Speed speed, Instant epoch, @Nullable Clock live) {
        this.runStart = runStart;
        this.speed = speed;
        this.epoch = epoch;
        this.live = live;
    }

    @Override
    public void open(OpenContext context) {
        deadLetters = getRuntimeContext().getMetricGroup().counter("deadLetters");
    }

    @Override
    public void processElement(InputLine line, Context context, Collector<TimelineRecord> out) {
        String whyUnreadable = line.whyUnreadable();
        if (whyUnreadable != null) {
            deadLetters.inc();
            context.output(DEAD_LETTERS, unreadable(line, whyUnreadable));
            return;
        }
        TimelineLine read = line.farAhead()
                ? TimelineParser.refuseOffset(line.file(), line.line(), line.bytes())
                : TimelineParser.parse(line.file(), line.line(), line.bytes());
        read.match(new TimelineLine.Cases<Boolean>() {
            @Override
            public Boolean event(Event event) {
                long offsetMs = offset(event.offsetMs());
                out.collect(new TimelineRecord(
                        line.file(), line.line(), event.at(offsetMs), null, offsetMs, arrival(offsetMs)));
                return true;
            }

            @Override
            public Boolean query(Query query) {
                long offsetMs = offset(query.offsetMs());
                out.collect(new TimelineRecord(
                        line.file(),
                        line.line(),
                        null,
                        query.at(offsetMs).datedFrom(epoch),
                        offsetMs,
                        arrival(offsetMs)));
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

    private static DeadLetter unreadable(InputLine line, String why) {
        return DeadLetter.of(
                DeadLetterCode.UNREADABLE_FILE,
                line.file(),
                line.line(),
                null,
                "expected a file that can be read when its turn comes: " + why,
                null,
                new byte[0]);
    }

    private long offset(long recordedMs) {
        return live == null
                ? recordedMs
                : Math.max(0, Duration.between(runStart, live.instant()).toMillis());
    }

    private Instant arrival(long offsetMs) {
        return speed.arrival(runStart, offsetMs);
    }
}

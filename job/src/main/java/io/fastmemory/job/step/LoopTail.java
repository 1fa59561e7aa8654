package io.fastmemory.job.step;

import io.fastmemory.job.memory.EntityMarker;
import org.apache.flink.streaming.api.watermark.Watermark;

/** What comes behind the loop's head in its task: what does not go through the policy call is handed over here. */
interface LoopTail {
    /** Passes on a marker of the head, behind the decisions that were applied before. */
    void pass(EntityMarker marker);

    /** Passes on the stream time of the head. */
    void forward(Watermark mark);
}

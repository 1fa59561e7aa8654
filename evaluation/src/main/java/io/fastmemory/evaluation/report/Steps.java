package io.fastmemory.evaluation.report;

/**
 * The steps of a timeline; step i ends at {@code i × widthMs}.
 *
 * @param widthMs milliseconds from step to step, above 0
 * @param last number of the last step
 */
record Steps(double widthMs, int last) {
    /** When a step ends, milliseconds since the run start. */
    double at(int step) {
        return Math.round(widthMs * step * 10) / 10.0;
    }

    /** The step a moment belongs to; what is before the start or after the end is in the first or the last. */
    int of(double millis) {
        return (int) Math.max(0, Math.min(last, Math.ceil(millis / widthMs)));
    }
}

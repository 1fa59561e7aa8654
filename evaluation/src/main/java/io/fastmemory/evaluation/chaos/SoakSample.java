package io.fastmemory.evaluation.chaos;

/**
 * What a long run uses at one moment.
 *
 * @param seconds since the run start
 * @param heapBytes heap in use after the last full collection
 * @param stateBytes size of the job's last completed checkpoint, 0 before the first
 * @param openFiles file handles the process has open
 * @param queuedEvents events queued or in flight in the keyed loop
 * @param rawWriteP99Millis 99th percentile, over the last events, from intended arrival to the raw store's commit
 */
public record SoakSample(
        long seconds, long heapBytes, long stateBytes, long openFiles, long queuedEvents, double rawWriteP99Millis) {}

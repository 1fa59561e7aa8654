package io.fastmemory.evaluation.chaos;

import io.fastmemory.connectors.index.local.Faults;
import io.fastmemory.connectors.llm.stub.Fault;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One way in which a run is hurt.
 *
 * @param name one word or two, also the run's folder
 * @param fault what happens, in a sentence
 * @param promise what must hold nevertheless, beside that nothing is lost, doubled or asked twice
 * @param jobFailures errors nobody foresaw, each of which fails the job
 * @param llm share of requests to the model that meet each fault
 * @param index shares of requests to the index
 * @param indexAway for how long the index is not on the network at all, once; the job fails in the middle of that
 * @param storeLocks how often another process holds the store's lock for a second
 * @param badLines lines of the input that are not what they should be
 * @param maxParked how many events the model's faults may leave undecided until they are redriven
 * @param blows to a cluster of processes, in order; without any, the run is on a local Flink
 * @param options of the job and of Flink
 */
record Scenario(
        String name,
        String fault,
        String promise,
        int jobFailures,
        Map<Fault, Double> llm,
        Faults index,
        Duration indexAway,
        int storeLocks,
        int badLines,
        int maxParked,
        List<Blow> blows,
        Map<String, String> options) {
    /** What befalls a cluster of processes. */
    enum Blow {
        /** {@code kill -9} of a TaskManager; another is started. */
        TASK_MANAGER,
        /** {@code kill -9} of the JobManager; another is started. */
        JOB_MANAGER,
        /** Stopped with a savepoint, and submitted again from it with another parallelism. */
        SAVEPOINT,
        /** Stopped for good with what has arrived decided; what comes later in the stream is never read. */
        DRAIN
    }

    /** Whether the run ends before its stream does. */
    boolean isDrained() {
        return blows.contains(Blow.DRAIN);
    }

    /** The name without a seed's number. */
    String group() {
        return name.replaceFirst("-\\d+$", "");
    }

    Scenario {
        blows = List.copyOf(blows);
        llm = Map.copyOf(llm);
        options = Map.copyOf(options);
    }

    /** A run that is not hurt yet. */
    static Scenario of(String name, String fault, String promise) {
        return new Scenario(
                name, fault, promise, 0, Map.of(), Faults.NONE, Duration.ZERO, 0, 0, 0, List.of(), Map.of());
    }

    Scenario withJobFailures(int count) {
        return new Scenario(
                name, fault, promise, count, llm, index, indexAway, storeLocks, badLines, maxParked, blows, options);
    }

    /** With {@code rate} for each of the faults. */
    Scenario withLlm(double rate, Fault... faults) {
        Map<Fault, Double> rates = new HashMap<>(llm);
        for (Fault each : faults) {
            rates.put(each, rate);
        }
        return new Scenario(
                name,
                fault,
                promise,
                jobFailures,
                rates,
                index,
                indexAway,
                storeLocks,
                badLines,
                maxParked,
                blows,
                options);
    }

    Scenario withIndex(Faults faults) {
        return new Scenario(
                name,
                fault,
                promise,
                jobFailures,
                llm,
                faults,
                indexAway,
                storeLocks,
                badLines,
                maxParked,
                blows,
                options);
    }

    Scenario withIndexAway(Duration away) {
        return new Scenario(
                name, fault, promise, jobFailures, llm, index, away, storeLocks, badLines, maxParked, blows, options);
    }

    Scenario withStoreLocks(int count) {
        return new Scenario(
                name, fault, promise, jobFailures, llm, index, indexAway, count, badLines, maxParked, blows, options);
    }

    Scenario withBadLines(int count) {
        return new Scenario(
                name, fault, promise, jobFailures, llm, index, indexAway, storeLocks, count, maxParked, blows, options);
    }

    Scenario withMaxParked(int events) {
        return new Scenario(
                name, fault, promise, jobFailures, llm, index, indexAway, storeLocks, badLines, events, blows, options);
    }

    Scenario withBlows(Blow... struck) {
        return new Scenario(
                name,
                fault,
                promise,
                jobFailures,
                llm,
                index,
                indexAway,
                storeLocks,
                badLines,
                maxParked,
                List.of(struck),
                options);
    }

    Scenario with(String key, String value) {
        Map<String, String> more = new HashMap<>(options);
        more.put(key, value);
        return new Scenario(
                name, fault, promise, jobFailures, llm, index, indexAway, storeLocks, badLines, maxParked, blows, more);
    }
}

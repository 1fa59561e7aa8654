package io.fastmemory.evaluation.chaos;

import io.fastmemory.connectors.index.local.Faults;
import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.evaluation.chaos.Scenario.Blow;
import io.fastmemory.job.JobOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What {@code fmw chaos} does to the job, in the order in which it does it. */
final class Scenarios {
    /** What every run must keep; the promise of most. */
    private static final String ALL_HOLDS =
            "one outcome for each event, state = store = index, no logged call repeated";

    private static final int SEEDS = 20;
    /** One on each backend, one with each kind of barriers, one with each kind of queries. */
    private static final List<Integer> QUICK_SEEDS = List.of(3, 4);

    private static final int FAILURES = 4;

    /** So that a failed call parks few events, and many calls are made however slow the machine is. */
    private static final String FEW_EVENTS = "4";

    /**
     * Of 200 events. A request meets each of the 30 faults with 2 %. Four of them (a refused key, an answer too long, two
     * refusals) park at once, fifteen spoil an answer, of which three may come, and nine are asked again: that parks a fifth
     * of the calls. Over twice as many are too many.
     */
    private static final int PARKED_IN_STORM = 90;
    /** Likewise at 1 %, which parks 6 % of the calls; three times as many are too many. */
    private static final int PARKED_BY_EVERYTHING = 36;
    /** Five attempts, each answered 429 half of the time, fail in 3 % of the calls; five times as many are too many. */
    private static final int PARKED_BY_RATE_LIMITS = 30;
    /** Three answers in a row are spoilt, a tenth each, once in 700 calls, and a call has two events at most. */
    private static final int PARKED_IN_KILLS = 4;

    private Scenarios() {}

    /** All of them; the quick ones run on a local Flink. */
    static List<Scenario> all(boolean quick) {
        List<Scenario> scenarios = local(quick);
        if (!quick) {
            scenarios.addAll(processes());
        }
        return scenarios;
    }

    private static List<Scenario> processes() {
        return List.of(
                Scenario.of(
                                "taskmanager-kills",
                                "kill -9 of a TaskManager, as processes, while model and index fail",
                                ALL_HOLDS)
                        .withBlows(Collections.nCopies(5, Blow.TASK_MANAGER).toArray(Blow[]::new))
                        .withLlm(0.1, Fault.SERVER_ERROR, Fault.BAD_JSON)
                        .withMaxParked(PARKED_IN_KILLS)
                        .withIndex(new Faults(0.1, 0.1, 0, 7)),
                Scenario.of(
                                "jobmanager-kills",
                                "kill -9 of the JobManager, as a process; the next one goes on from the last checkpoint",
                                ALL_HOLDS)
                        .withBlows(Blow.JOB_MANAGER, Blow.JOB_MANAGER, Blow.JOB_MANAGER)
                        .withIndex(Faults.NONE
                                .with(io.fastmemory.connectors.index.local.Fault.LATE_EFFECT, 0.1)
                                .with(io.fastmemory.connectors.index.local.Fault.LOST_ANSWER, 0.1))
                        .with("state.backend.type", "rocksdb"),
                Scenario.of(
                                "settled-kills",
                                "kill -9 of JobManager and TaskManager in turn, while queries wait for memory and memory for them",
                                ALL_HOLDS)
                        .withBlows(Blow.JOB_MANAGER, Blow.TASK_MANAGER, Blow.JOB_MANAGER)
                        .with(JobOptions.QUERIES.key(), "settled"),
                Scenario.of(
                                "savepoints",
                                "twice stopped with a savepoint and resumed with another parallelism, then a TaskManager killed",
                                ALL_HOLDS)
                        .withBlows(Blow.SAVEPOINT, Blow.SAVEPOINT, Blow.TASK_MANAGER)
                        .with(JobOptions.MAX_EVENTS_PER_CALL.key(), "1")
                        .with(JobOptions.SPEED.key(), "0.3x"), // it lasts until the last blow
                Scenario.of(
                                "drain",
                                "a TaskManager killed, then stopped with --drain before the stream's end",
                                "one outcome for each event that had arrived, else as above")
                        .withBlows(Blow.TASK_MANAGER, Blow.DRAIN)
                        .with("execution.checkpointing.unaligned.enabled", "false"));
    }

    private static List<Scenario> local(boolean quick) {
        List<Scenario> scenarios = new ArrayList<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            if (!quick || QUICK_SEEDS.contains(seed)) {
                scenarios.add(jobFailures(seed));
            }
        }
        scenarios.add(Scenario.of(
                        "model-storm",
                        "every fault the model's endpoint can play, at once",
                        ALL_HOLDS + "; what cannot be decided is parked")
                .withLlm(0.6 / Fault.values().length, Fault.values())
                .withMaxParked(PARKED_IN_STORM)
                .with(JobOptions.MAX_EVENTS_PER_CALL.key(), FEW_EVENTS));
        scenarios.add(Scenario.of(
                        "rate-limits", "half of the requests to the model are answered 429 with Retry-After", ALL_HOLDS)
                .withLlm(0.5, Fault.RATE_LIMITED)
                .withMaxParked(PARKED_BY_RATE_LIMITS)
                .with(JobOptions.MAX_EVENTS_PER_CALL.key(), FEW_EVENTS));
        scenarios.add(Scenario.of(
                        "index-storm",
                        "the index is unavailable, refuses for its rate, or hangs, every third time",
                        ALL_HOLDS)
                .withIndex(new Faults(0.15, 0.15, 0.02, 5)));
        if (!quick) {
            scenarios.add(indexAway());
        }
        scenarios.add(
                Scenario.of("store-locked", "another process holds the store's lock, a second each time", ALL_HOLDS)
                        .withStoreLocks(4));
        scenarios.add(Scenario.of(
                        "bad-input",
                        "lines cut, not UTF-8, of unknown kind, with bad or conflicting ids, too long, delivered again",
                        ALL_HOLDS + "; a record of each bad line")
                .withBadLines(70));
        scenarios.add(Scenario.of("everything", "all of it in one run, and the job fails besides", ALL_HOLDS)
                .withJobFailures(FAILURES)
                .withLlm(0.3 / Fault.values().length, Fault.values())
                .withMaxParked(PARKED_BY_EVERYTHING)
                .with(JobOptions.MAX_EVENTS_PER_CALL.key(), FEW_EVENTS)
                .withIndex(new Faults(0.08, 0.08, 0.01, 6))
                .withStoreLocks(3)
                .withBadLines(35)
                .with("state.backend.type", "rocksdb"));
        return scenarios;
    }

    /** The stream goes on for longer than the index is away, and writes are as patient as they are anywhere. */
    private static Scenario indexAway() {
        return Scenario.of(
                        "index-away",
                        "connections to the index are refused for a minute, in the middle of which the job fails",
                        ALL_HOLDS + "; one restart, and deciding goes on meanwhile")
                .withIndexAway(Duration.ofMinutes(1))
                .with(JobOptions.SPEED.key(), "0.4x")
                .with(
                        JobOptions.LATE_EFFECT_TIMEOUT.key(),
                        JobOptions.LATE_EFFECT_TIMEOUT.defaultValue().toSeconds() + " s");
    }

    /**
     * The job fails at random points; every second seed on the other backend, every second pair with the other barriers. Every
     * second pair with unaligned ones has queries that wait for memory, and memory that waits for them.
     */
    private static Scenario jobFailures(int seed) {
        String backend = seed % 2 == 0 ? "hashmap" : "rocksdb";
        boolean unaligned = seed / 2 % 2 == 0;
        boolean settled = unaligned && seed / 4 % 2 == 1;
        return Scenario.of(
                        "job-failures-" + (seed + 1),
                        "the job fails at random points (" + backend + ", " + (unaligned ? "unaligned" : "aligned")
                                + (settled ? ", settled queries)" : ")"),
                        ALL_HOLDS)
                .withJobFailures(FAILURES)
                .with("state.backend.type", backend)
                .with("execution.checkpointing.unaligned.enabled", Boolean.toString(unaligned))
                .with(JobOptions.QUERIES.key(), settled ? "settled" : "arrival")
                .with(JobOptions.SPEED.key(), "10x")
                .with(JobOptions.MAX_EVENTS_PER_CALL.key(), FEW_EVENTS);
    }
}

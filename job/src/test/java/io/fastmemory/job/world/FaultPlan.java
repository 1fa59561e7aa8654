package io.fastmemory.job.world;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Failures that are induced one after another, each once, each in another attempt of the job. */
public final class FaultPlan {
    /** Where a failure strikes. */
    public enum Place {
        /** The policy's answer is an error nobody foresaw. */
        POLICY_ANSWER,
        /** The policy's client throws when it is called. */
        POLICY_CALL,
        /** The reader's answer is an error nobody foresaw. */
        READER_ANSWER,
        /** The query cannot be embedded: thrown on the task's own thread. */
        QUERY_EMBEDDING,
        /** A step cannot open its client: the restart itself fails. */
        OPEN
    }

    /** A failure at {@code place}, once the policy was asked about {@code afterEvents} distinct events. */
    public record Planned(Place place, int afterEvents) {}

    /** What is thrown. */
    public static final class InducedFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InducedFailure(Place place) {
            super("induced failure: " + place);
        }
    }

    private final Deque<Planned> left;
    private int struck;
    private long opened;
    private long openedAtLast = -1;

    /** Failures in this order. */
    public FaultPlan(List<Planned> planned) {
        this.left = new ArrayDeque<>(planned);
    }

    /** Notes that a client was opened: an attempt of the job has started. */
    synchronized void opened() {
        opened++;
    }

    /** Whether the next failure strikes here and now. */
    synchronized boolean strikes(Place place, int eventsAsked) {
        Planned next = left.peek();
        if (next == null || next.place() != place || eventsAsked < next.afterEvents() || opened <= openedAtLast) {
            return false;
        }
        left.remove();
        struck++;
        openedAtLast = opened;
        return true;
    }

    /** How many have struck. */
    public synchronized int struck() {
        return struck;
    }

    /** What has not struck yet. */
    public synchronized List<Planned> left() {
        return List.copyOf(left);
    }

    /** Clients opened by all attempts. */
    public synchronized long clientsOpened() {
        return opened;
    }
}

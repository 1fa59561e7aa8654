package io.fastmemory.job.world;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Failures that are induced, each once, each in another attempt of the job. */
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

    private final List<Planned> left;
    private int struck;
    private long opened;
    private long openedAtLast = -1;

    /** These failures. */
    public FaultPlan(List<Planned> planned) {
        this.left = new ArrayList<>(planned);
    }

    /** Notes that a client was opened: an attempt of the job has started. */
    synchronized void opened() {
        opened++;
    }

    /** Whether a failure strikes here and now. */
    synchronized boolean strikes(Place place, int eventsAsked) {
        if (opened <= openedAtLast) {
            return false;
        }
        for (Iterator<Planned> planned = left.iterator(); planned.hasNext(); ) {
            Planned next = planned.next();
            if (next.place() == place && eventsAsked >= next.afterEvents()) {
                planned.remove();
                struck++;
                openedAtLast = opened;
                return true;
            }
        }
        return false;
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

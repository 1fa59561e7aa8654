package io.fastmemory.connectors.llm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all clients of a service within the JVM know about its being there: a circuit breaker whose callers wait.
 *
 * <p>Closed, every attempt passes. After a number of attempts in a row that found nobody (no connection, no answer in time,
 * 5xx), or a refused key, it opens: attempts wait in line, and one at a time is let through as a probe, after pauses that
 * double. Any answer closes it and lets everyone through. What an attempt of before the last change found is no news,
 * except an answer. Thread-safe; waiters are called outside its lock.
 */
final class EndpointCircuit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointCircuit.class);
    private static final int MOST_DOUBLINGS = 20;
    /** By service, as long as a client is open. */
    private static final Map<String, EndpointCircuit> SHARED = new HashMap<>();

    /** Someone who wants to make an attempt. */
    interface Waiter {
        /** Makes the attempt, and says with {@code pass} what came of it; does not block. */
        void go(Pass pass);
    }

    /**
     * Leave for one attempt.
     *
     * @param epoch how often the circuit had changed when it was given
     */
    record Pass(long epoch) {}

    private final String service;
    private final OpenAiOptions.Circuit options;
    private final ScheduledThreadPoolExecutor timer;
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private int users;
    private int failures;
    private long epoch;
    private boolean open;
    private long openedNanos;
    private int failedProbes;
    private boolean probeDue;
    private boolean probing;
    private String lastFailure = "";

    private EndpointCircuit(String service, OpenAiOptions.Circuit options) {
        this.service = service;
        this.options = options;
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "endpoint-circuit");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    /** The circuit of a service, to be closed by each who asked for it; the options of the first one count. */
    static EndpointCircuit of(String service, OpenAiOptions.Circuit options) {
        synchronized (SHARED) {
            EndpointCircuit circuit = SHARED.computeIfAbsent(service, name -> new EndpointCircuit(name, options));
            circuit.users++;
            return circuit;
        }
    }

    /** Lets {@code waiter} go, now or when the service is back or a probe is due. */
    void enter(Waiter waiter) {
        Pass pass;
        synchronized (this) {
            if (open && (!probeDue || probing)) {
                waiters.add(waiter);
                return;
            }
            probing = open;
            pass = new Pass(epoch);
        }
        waiter.go(pass);
    }

    /** Ends the wait of someone who does not want to go any more. */
    synchronized void leave(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** How many of {@code calls} wait. */
    synchronized int waiting(Collection<? extends Waiter> calls) {
        return waiters.isEmpty()
                ? 0
                : (int) calls.stream().filter(waiters::contains).count();
    }

    /** Says that the service answered, whatever it was. */
    void answered(Pass pass) {
        List<Waiter> free;
        Pass next;
        synchronized (this) {
            if (!open) {
                failures = pass.epoch() == epoch ? 0 : failures;
                return;
            }
            LOG.warn(
                    "The endpoint is back. endpoint={} unavailable_ms={} waiting={}",
                    service,
                    unavailableFor().toMillis(),
                    waiters.size());
            open = false;
            probing = false;
            failures = 0;
            next = new Pass(++epoch);
            free = new ArrayList<>(waiters);
            waiters.clear();
        }
        free.forEach(waiter -> waiter.go(next));
    }

    /** Says that an attempt found nobody. */
    synchronized void failed(Pass pass, String came) {
        if (pass.epoch() != epoch) {
            return;
        }
        lastFailure = came;
        if (open) {
            failedProbes++;
            pause();
        } else if (++failures >= options.failures()) {
            open();
        }
    }

    /** Says that the service refused access, which it will do to everyone. */
    synchronized void refused(Pass pass, String came) {
        if (open || pass.epoch() != epoch) {
            failed(pass, came);
            return;
        }
        lastFailure = came;
        failures++;
        open();
    }

    /** Gives a pass back unused. */
    void abandon(Pass pass) {
        synchronized (this) {
            if (!open || pass.epoch() != epoch) {
                return;
            }
            probing = false;
        }
        probe();
    }

    private void open() {
        open = true;
        openedNanos = System.nanoTime();
        epoch++;
        failedProbes = 0;
        LOG.warn(
                "The endpoint is unavailable, calls wait for it. endpoint={} failures={} last=\"{}\"",
                service,
                failures,
                lastFailure);
        pause();
    }

    private void pause() {
        probing = false;
        probeDue = false;
        long doubled = options.firstPause().toMillis() << Math.min(failedProbes, MOST_DOUBLINGS);
        try {
            var unused = timer.schedule(
                    this::probeWhenDue, Math.min(options.maxPause().toMillis(), doubled), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("The last client of {} has gone.", service, closed);
        }
    }

    private void probeWhenDue() {
        synchronized (this) {
            probeDue = true;
        }
        probe();
    }

    /** Lets the first in line through; without a line, the next one to come is the probe. */
    private void probe() {
        Waiter first;
        Pass pass;
        synchronized (this) {
            first = open && probeDue && !probing ? next() : null;
            if (first == null) {
                return;
            }
            probing = true;
            pass = new Pass(epoch);
        }
        first.go(pass);
    }

    private @Nullable Waiter next() {
        Iterator<Waiter> line = waiters.iterator();
        if (!line.hasNext()) {
            return null;
        }
        Waiter first = line.next();
        line.remove();
        return first;
    }

    /** Whether attempts wait. */
    synchronized boolean isOpen() {
        return open;
    }

    /** For how long the service has been gone, zero if it is there. */
    synchronized Duration unavailableFor() {
        return open ? Duration.ofNanos(Math.max(1, System.nanoTime() - openedNanos)) : Duration.ZERO;
    }

    /** What is known, as a sentence's end. */
    @Override
    public synchronized String toString() {
        return open
                ? "the endpoint has been unavailable for " + unavailableFor().toSeconds() + " s, last: " + lastFailure
                : "the endpoint answers";
    }

    @Override
    public void close() {
        synchronized (SHARED) {
            users--;
            if (users > 0) {
                return;
            }
            SHARED.remove(service, this);
        }
        timer.shutdownNow();
    }
}

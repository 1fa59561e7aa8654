package io.fastmemory.job.policy;

import java.util.Locale;

/** What becomes of events when the policy fails. */
public enum OnPolicyFailure {
    /** They wait in {@code undecided} with the reason, to be redriven. */
    PARK,
    /** Each is kept verbatim as a fact, flagged as fallback. */
    STORE;

    /** The name on the command line and in results. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

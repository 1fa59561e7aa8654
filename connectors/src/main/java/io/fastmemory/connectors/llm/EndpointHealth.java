package io.fastmemory.connectors.llm;

import java.time.Duration;

/**
 * Whether a service seems to be there.
 *
 * @param unavailableFor for how long it has been gone, zero if it is there
 * @param waitingCalls how many calls wait for it to come back
 */
public record EndpointHealth(Duration unavailableFor, int waitingCalls) {
    /** Nothing is known against it. */
    public static final EndpointHealth AVAILABLE = new EndpointHealth(Duration.ZERO, 0);

    /** Whether it is taken for gone. */
    public boolean isUnavailable() {
        return unavailableFor.compareTo(Duration.ZERO) > 0;
    }
}

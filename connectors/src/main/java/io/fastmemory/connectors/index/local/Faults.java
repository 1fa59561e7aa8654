package io.fastmemory.connectors.index.local;

/**
 * How often the local index server fails on purpose. A failed request has had no effect.
 *
 * @param unavailable share of requests answered UNAVAILABLE (HTTP 503), 0 to 1
 * @param resourceExhausted share of requests answered RESOURCE_EXHAUSTED (HTTP 429), 0 to 1
 * @param hang share of requests never answered, 0 to 1
 * @param seed seed of the sequence of faults: the n-th request meets the same fault in every run
 */
public record Faults(double unavailable, double resourceExhausted, double hang, long seed) {
    /** No faults. */
    public static final Faults NONE = new Faults(0, 0, 0, 0);

    public Faults {
        if (!(unavailable >= 0 && resourceExhausted >= 0 && hang >= 0 && unavailable + resourceExhausted + hang <= 1)) {
            throw new IllegalArgumentException(
                    "shares of faults must be at least 0 and at most 1 together: unavailable " + unavailable
                            + ", resourceExhausted " + resourceExhausted + ", hang " + hang);
        }
    }
}

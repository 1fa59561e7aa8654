package io.fastmemory.connectors.llm.stub;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long a {@link LlmStubServer} takes for an answer. */
public sealed interface Latency {
    /** No wait at all. */
    Latency NONE = new Fixed(Duration.ZERO);

    /** The wait of one answer. */
    Duration sample(RandomGenerator random);

    /** Always the same wait. */
    record Fixed(Duration duration) implements Latency {
        @Override
        public Duration sample(RandomGenerator random) {
            return duration;
        }
    }

    /**
     * A log-normally distributed wait, as services show it: a long tail over a stable median.
     *
     * @param sigma standard deviation of the wait's logarithm, at least 0; 0.5 puts p95 at 2.3 medians
     */
    record LogNormal(Duration median, double sigma) implements Latency {
        /** No sample is longer than so many medians. */
        private static final double MAX_FACTOR = 100;

        @Override
        public Duration sample(RandomGenerator random) {
            double factor = Math.min(MAX_FACTOR, Math.exp(sigma * random.nextGaussian()));
            return Duration.ofNanos((long) (median.toNanos() * factor));
        }
    }

    /**
     * Reads {@code 300} or {@code 300ms} (fixed) or {@code 300ms~0.5} (log-normal: median and sigma).
     *
     * @throws IllegalArgumentException if the text has another form
     */
    static Latency parse(String text) {
        String form = text.strip();
        if (!form.matches("\\d{1,9}(ms)?(~\\d+(\\.\\d+)?)?")) {
            throw new IllegalArgumentException("latency must look like 300ms or 300ms~0.5: " + text);
        }
        int tilde = form.indexOf('~');
        String millis = (tilde < 0 ? form : form.substring(0, tilde)).replace("ms", "");
        Duration median = Duration.ofMillis(Long.parseLong(millis));
        return tilde < 0 ? new Fixed(median) : new LogNormal(median, Double.parseDouble(form.substring(tilde + 1)));
    }
}

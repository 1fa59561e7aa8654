package io.fastmemory.datagen.grammar;

import java.util.List;

/**
 * A small random generator whose numbers are the same on every machine and every Java version.
 *
 * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea, Flood: Fast splittable pseudorandom number
 *     generators, OOPSLA 2014</a>
 */
public final class SplitMix64 {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** A generator that yields the same numbers for the same {@code seed}. */
    public SplitMix64(long seed) {
        this.state = seed;
    }

    /** The next 64 random bits. */
    public long nextLong() {
        state += GOLDEN_GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A number from 0 to {@code bound - 1}; {@code bound} is positive. */
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound must be positive: " + bound);
        }
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** A number from {@code low} to {@code high}, both included. */
    public int between(int low, int high) {
        return low + nextInt(high - low + 1);
    }

    /** Whether an event of the given chance in percent happens. */
    public boolean chance(int percent) {
        return nextInt(100) < percent;
    }

    /** One of {@code choices}, which is not empty. */
    public <T> T pick(List<T> choices) {
        return choices.get(nextInt(choices.size()));
    }
}

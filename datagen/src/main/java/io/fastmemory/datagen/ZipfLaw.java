package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.SplitMix64;
import java.util.Arrays;

/** Draws ranks by Zipf's law: rank {@code r} (from 0) with a weight of {@code 1 / (r + 1)^s}. */
final class ZipfLaw {
    /** Bound of a draw; the cumulated weights are scaled to it, so that the choice is one of whole numbers. */
    private static final int SCALE = 1 << 30;

    private final int[] cumulated;

    /** A law over {@code ranks} ranks with exponent {@code s} in percent. */
    ZipfLaw(int ranks, int exponentPercent) {
        double[] sums = new double[ranks];
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++) {
            sum += 1 / StrictMath.pow(rank + 1, exponentPercent / 100.0); // Math.pow may differ between machines
            sums[rank] = sum;
        }
        cumulated = new int[ranks];
        for (int rank = 0; rank < ranks; rank++) {
            cumulated[rank] = (int) (sums[rank] / sum * SCALE);
        }
    }

    int draw(SplitMix64 random) {
        int found = Arrays.binarySearch(cumulated, random.nextInt(SCALE));
        int rank = found >= 0 ? found + 1 : -found - 1;
        return Math.min(rank, cumulated.length - 1);
    }
}

package io.fastmemory.connectors.embedding;

import java.util.Arrays;

/** Scales vectors to length 1. */
final class UnitVector {
    private UnitVector() {}

    /** {@code vector} scaled to length 1 in place; one without any length becomes the first axis. */
    static float[] of(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        if (!(squares > 0) || Double.isInfinite(squares)) {
            Arrays.fill(vector, 0);
            vector[0] = 1;
            return vector;
        }
        double length = Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }
}

package io.fastmemory.connectors.index;

import io.fastmemory.model.Fact;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Layer;
import io.fastmemory.model.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Index documents and vectors for tests. */
public final class Documents {
    private Documents() {}

    /** A document of one entity. */
    public static IndexDocument document(String memoryId, int version, String entityId) {
        return document(memoryId, version, entityId, Scope.USER, "content of " + memoryId + " version " + version);
    }

    /** A document with a scope and a content. */
    public static IndexDocument document(String memoryId, int version, String entityId, Scope scope, String content) {
        return new IndexDocument(
                memoryId,
                version,
                entityId,
                scope,
                "session-1",
                Layer.OBSERVATION,
                content,
                List.of(
                        new Fact("Ann", "city", "Zürich", List.of("Zurich"), null),
                        Fact.of("Ann", null, "a \"quote\"")),
                List.of("e1", "e2"),
                true,
                1_000,
                2_000,
                1_500,
                Instant.parse("2026-01-02T03:04:05.678Z"),
                false);
    }

    /** An entry with a vector of its own direction. */
    public static VectorIndex.Entry entry(String memoryId, int version, String entityId, float... vector) {
        return new VectorIndex.Entry(document(memoryId, version, entityId), vector);
    }

    /** A vector drawn from a seed, of unit length. */
    public static float[] randomUnit(Random random, int dimension) {
        float[] vector = new float[dimension];
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < dimension; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return vector;
    }
}

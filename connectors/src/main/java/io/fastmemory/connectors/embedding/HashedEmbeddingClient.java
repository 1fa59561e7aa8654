package io.fastmemory.connectors.embedding;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Deterministic vectors of the words in a text, for unit tests and stand-in servers: texts that share words are near.
 *
 * <p>Each word and each word's three-letter pieces are hashed to a signed component.
 *
 * @see <a href="https://arxiv.org/abs/0902.2206">Feature hashing</a>
 */
public final class HashedEmbeddingClient implements EmbeddingClient {
    private static final float PIECE_WEIGHT = 0.25f;

    private final int dimension;

    /** Vectors of {@code dimension} components, at least 1. */
    public HashedEmbeddingClient(int dimension) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be at least 1: " + dimension);
        }
        this.dimension = dimension;
    }

    /** The unit-length vector of one text. */
    public static float[] vectorOf(String text, int dimension) {
        float[] vector = new float[dimension];
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
            if (word.isEmpty()) {
                continue;
            }
            add(vector, word, 1);
            for (int i = 0; i + 3 <= word.length(); i++) {
                add(vector, "#" + word.substring(i, i + 3), PIECE_WEIGHT);
            }
        }
        return UnitVector.of(vector);
    }

    @Override
    public CompletableFuture<List<float[]>> embed(List<String> texts) {
        return CompletableFuture.completedFuture(
                texts.stream().map(text -> vectorOf(text, dimension)).toList());
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public String model() {
        return "hashed-words-" + dimension;
    }

    @Override
    public void close() {}

    private static void add(float[] vector, String token, float weight) {
        int hash = mixed(token.hashCode());
        vector[Math.floorMod(hash, vector.length)] += (hash >>> 31) == 0 ? weight : -weight;
    }

    /** Spreads the bits of a hash (finaliser of MurmurHash3). */
    private static int mixed(int hash) {
        int h = hash;
        h = (h ^ (h >>> 16)) * 0x85ebca6b;
        h = (h ^ (h >>> 13)) * 0xc2b2ae35;
        return h ^ (h >>> 16);
    }
}

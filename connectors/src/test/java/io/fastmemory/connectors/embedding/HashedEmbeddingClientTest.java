package io.fastmemory.connectors.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HashedEmbeddingClientTest {
    private final HashedEmbeddingClient client = new HashedEmbeddingClient(64);

    @Test
    void putsTextsThatShareWordsNearEachOther() {
        List<float[]> vectors = client.embed(List.of(
                        "Mira's favourite tea is sencha", "favourite tea of mira", "the bicycle has a flat tyre"))
                .join();

        assertThat(dot(vectors.get(0), vectors.get(1))).isGreaterThan(dot(vectors.get(0), vectors.get(2)) + 0.2);
    }

    @Test
    void givesTheSameUnitVectorForTheSameText() {
        for (String text : List.of("tea", "", "?!", "Ünïcode tea")) {
            float[] vector = HashedEmbeddingClient.vectorOf(text, 64);

            assertThat(vector).containsExactly(HashedEmbeddingClient.vectorOf(text, 64));
            assertThat(dot(vector, vector)).isBetween(0.999, 1.001);
        }
    }

    @Test
    void refusesADimensionOfZero() {
        assertThatThrownBy(() -> new HashedEmbeddingClient(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double dot(float[] left, float[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }
}

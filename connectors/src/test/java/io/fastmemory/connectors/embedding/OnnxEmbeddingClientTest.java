package io.fastmemory.connectors.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OnnxEmbeddingClientTest {
    private final EmbeddingClient client = new OnnxEmbeddingClient();

    @Test
    void putsTextsOfTheSameMeaningNearEachOther() throws Exception {
        List<float[]> vectors = embed(
                "Mira moved to Porto last week.",
                "Where does Mira live now?",
                "The invoice for the office chairs is overdue.",
                "Has the bill for the furniture been paid?");

        assertThat(cosine(vectors.get(0), vectors.get(1))).isGreaterThan(cosine(vectors.get(0), vectors.get(3)) + 0.1);
        assertThat(cosine(vectors.get(2), vectors.get(3))).isGreaterThan(cosine(vectors.get(2), vectors.get(1)) + 0.1);
    }

    @Test
    void keepsTheOrderOfItsTextsWhateverTheBatch() throws Exception {
        List<String> texts = List.of("tea", "bicycle", "tea", "a long story about rivers", "bicycle");

        List<float[]> together = embed(texts.toArray(String[]::new));

        for (int i = 0; i < texts.size(); i++) {
            assertThat(cosine(together.get(i), embed(texts.get(i)).get(0))).isGreaterThan(0.9999);
        }
        assertThat(cosine(together.get(0), together.get(1))).isLessThan(0.9);
    }

    @Test
    void givesUnitVectorsForTextsOfEveryLength() throws Exception {
        List<float[]> vectors = embed("", " ", "x", "word ".repeat(60_000), "…", "\uD83D\uDE00");

        assertThat(vectors).hasSize(6).allSatisfy(vector -> {
            assertThat(vector).hasSize(client.dimension());
            assertThat(cosine(vector, vector)).isBetween(0.999, 1.001);
        });
        assertThat(embed()).isEmpty();
    }

    @Test
    void neverBlocksTheCaller() throws Exception {
        embed("loads the model");

        CompletableFuture<List<float[]>> call = client.embed(List.of("word ".repeat(4_000)));

        assertThat(call).isNotDone();
        assertThat(call.get(60, TimeUnit.SECONDS)).hasSize(1);
    }

    private List<float[]> embed(String... texts) throws Exception {
        return client.embed(List.of(texts)).get(100, TimeUnit.SECONDS);
    }

    private static double cosine(float[] left, float[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }
}

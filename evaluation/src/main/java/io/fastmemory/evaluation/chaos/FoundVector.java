package io.fastmemory.evaluation.chaos;

import io.fastmemory.connectors.embedding.EmbeddingClient;
import io.fastmemory.connectors.embedding.HashedEmbeddingClient;
import io.fastmemory.connectors.index.VectorIndex;
import io.fastmemory.model.IndexDocument;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A vector as the index holds it.
 *
 * @param ofContent what its content is embedded to, or {@code null} if it was not embedded again
 */
record FoundVector(IndexDocument document, float[] values, float @Nullable [] ofContent) {
    private static final int SAMPLE = 20;
    private static final int IDS_PER_LOOK = 500;

    /** All vectors of a run; each content is embedded again where that costs nothing, else some of them. */
    static List<FoundVector> in(VectorIndex index, EmbeddingClient embeddings) {
        List<VectorIndex.Entry> entries = new ArrayList<>();
        List<String> ids = index.listIds().join();
        for (int from = 0; from < ids.size(); from += IDS_PER_LOOK) {
            entries.addAll(index.fetch(ids.subList(from, Math.min(ids.size(), from + IDS_PER_LOOK)))
                    .join());
        }
        entries.sort(Comparator.comparing(entry -> entry.document().memoryId()));
        int apart = embeddings instanceof HashedEmbeddingClient ? 1 : Math.max(1, entries.size() / SAMPLE);
        List<FoundVector> found = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            IndexDocument document = entries.get(i).document();
            float[] ofContent = i % apart == 0
                    ? embeddings.embed(List.of(document.content())).join().get(0)
                    : null;
            found.add(new FoundVector(document, entries.get(i).vector(), ofContent));
        }
        return found;
    }

    /** Whether the values are those of the content, as far as that is known; the index may round. */
    boolean isOfContent(float tolerance) {
        if (ofContent == null) {
            return true;
        }
        if (ofContent.length != values.length) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i] - ofContent[i]) <= tolerance)) { // not a number is another value
                return false;
            }
        }
        return true;
    }
}

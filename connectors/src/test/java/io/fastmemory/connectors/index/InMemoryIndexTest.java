package io.fastmemory.connectors.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fastmemory.connectors.index.VectorIndex.Entry;
import io.fastmemory.connectors.index.VectorIndex.Hit;
import io.fastmemory.connectors.index.VectorIndex.Search;
import io.fastmemory.model.Scope;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InMemoryIndexTest {
    private final InMemoryIndex index = new InMemoryIndex();

    private List<Hit> search(boolean includeGlobal, int topK, String... entityIds) {
        return Awaiting.value(index.search(new Search(new float[] {2, 0}, List.of(entityIds), includeGlobal, topK)));
    }

    private static List<String> ids(List<Hit> hits) {
        return hits.stream().map(hit -> hit.document().memoryId()).toList();
    }

    @Test
    void findsTheNearestFirstAndEqualScoresById() {
        Awaiting.value(index.upsert(List.of(
                Documents.entry("m3", 1, "ann", 1, 1),
                Documents.entry("m2", 1, "ann", 5, 0),
                Documents.entry("m1", 1, "ann", 1, 0),
                Documents.entry("m4", 1, "ann", -1, 0))));
        List<Hit> hits = search(false, 3, "ann");
        assertThat(ids(hits)).containsExactly("m1", "m2", "m3");
        assertThat(hits.get(0).score()).isCloseTo(1, within(1e-9));
        assertThat(hits.get(2).score()).isCloseTo(Math.sqrt(0.5), within(1e-9));
    }

    @Test
    void findsOtherEntitiesOnlyWhenGlobalAndAskedFor() {
        Entry global = new Entry(Documents.document("shared", 1, "bob", Scope.GLOBAL, "text"), new float[] {1, 0});
        Awaiting.value(index.upsert(
                List.of(global, Documents.entry("own", 1, "ann", 1, 0), Documents.entry("foreign", 1, "bob", 1, 0))));
        assertThat(ids(search(false, 10, "ann"))).containsExactly("own");
        assertThat(ids(search(true, 10, "ann"))).containsExactly("own", "shared");
        assertThat(ids(search(false, 10, "ann", "bob"))).containsExactly("foreign", "own", "shared");
    }

    @Test
    void replacesByIdAndForgetsWhatIsDeleted() {
        Awaiting.value(
                index.upsert(List.of(Documents.entry("m1", 1, "ann", 0, 1), Documents.entry("m2", 1, "ann", 1, 0))));
        Awaiting.value(index.upsert(List.of(Documents.entry("m1", 2, "ann", 1, 0))));
        Awaiting.value(index.delete(List.of("m2", "never-there")));
        assertThat(Awaiting.value(index.visibleVersions(List.of("m1", "m2")))).isEqualTo(Map.of("m1", 2));
        assertThat(Awaiting.value(index.listIds())).containsExactly("m1");
        assertThat(Awaiting.value(index.fetch(List.of("m1", "m2"))))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.document().version()).isEqualTo(2);
                    assertThat(found.vector()).containsExactly(1, 0);
                });
        assertThat(search(false, 10, "ann").get(0).score()).isCloseTo(1, within(1e-9));
    }
}

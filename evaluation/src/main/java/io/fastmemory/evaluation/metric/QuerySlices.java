package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.GoldFacts.VersionId;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Layer;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.VersionLine;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The slices a query belongs to: its kind and category; the urgency of its evidence (urgent if any is); the age of its
 * evidence; and the layers of the memories that showed evidence to the reader.
 */
final class QuerySlices {
    private final Rollouts rollouts;
    private final GoldFacts gold;
    private final Map<VersionId, Layer> layers = new HashMap<>();

    QuerySlices(Rollouts rollouts, GoldFacts gold) {
        this.rollouts = rollouts;
        this.gold = gold;
        for (VersionLine line : rollouts.versions()) {
            layers.put(
                    new VersionId(line.memory().memoryId(), line.memory().version()),
                    line.memory().layer());
        }
    }

    /** The slices of a query, each once. */
    List<Slice> of(QueryLine query) {
        List<Slice> slices = new ArrayList<>();
        slices.add(Slice.ALL);
        slices.add(query.gold().abstain() ? Slice.ABSTAIN : Slice.ANSWERABLE);
        slices.add(Slice.ofCategory(query.gold().category()));
        Set<String> evidence = new HashSet<>();
        query.gold().required().forEach(required -> evidence.addAll(required.evidence()));
        Urgency urgency = urgency(evidence);
        if (urgency != null) {
            slices.add(Slice.of(urgency));
        }
        if (!query.gold().abstain()) {
            slices.add(Slice.ofEvidenceAge(EvidenceAge.binOf(query, gold.requiredBy(query))));
            slices.addAll(layersShown(query));
        }
        return slices;
    }

    private @Nullable Urgency urgency(Set<String> evidence) {
        Urgency urgency = null;
        for (String eventId : evidence) {
            EventLine event = rollouts.event(eventId);
            if (event != null && urgency != Urgency.URGENT) {
                urgency = event.urgency();
            }
        }
        return urgency;
    }

    private List<Slice> layersShown(QueryLine query) {
        Set<Layer> shown = EnumSet.noneOf(Layer.class);
        query.hits().stream().limit(query.readerHits()).forEach(hit -> {
            Layer layer = layers.get(new VersionId(hit.memoryId(), hit.version()));
            if (layer != null && restsOnEvidence(hit, query.gold())) {
                shown.add(layer);
            }
        });
        return shown.isEmpty()
                ? List.of(Slice.of((Layer) null))
                : shown.stream().map(Slice::of).toList();
    }

    private static boolean restsOnEvidence(QueryLine.Hit hit, GoldQuery gold) {
        return gold.required().stream()
                .anyMatch(required -> required.evidence().stream().anyMatch(hit.sourceEventIds()::contains));
    }
}

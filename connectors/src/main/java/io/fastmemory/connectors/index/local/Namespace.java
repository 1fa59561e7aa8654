package io.fastmemory.connectors.index.local;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.pinecone.proto.ScoredVector;
import io.pinecone.proto.UpdateRequest;
import io.pinecone.proto.Vector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The visible vectors of one namespace and their exact cosine search. Vectors lie one after another in large arrays
 * ("slabs"); a removed vector's slot is used again. Many readers or one writer at a time.
 */
final class Namespace implements MetadataFilter.Postings {
    /** Fields whose string values lead to the records that hold them, without looking at each record. */
    private static final Set<String> INDEXED_FIELDS = Set.of("entity_id", "session_id", "scope");

    private static final int VECTORS_PER_SLAB = 1024;

    /** One page of ids, and the last of them if more follow. */
    record IdPage(List<String> ids, @Nullable String continueAfter) {}

    private record Scored(String id, int slot, float score) {}

    /** Best first, equal scores by id, so that a search has one right answer. */
    private static final Comparator<Scored> BEST_FIRST =
            Comparator.comparingDouble(Scored::score).reversed().thenComparing(Scored::id);

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final int dimension;
    private final NavigableMap<String, Integer> slots = new TreeMap<>();
    private final List<float[]> slabs = new ArrayList<>();
    private final List<@Nullable Vector> records = new ArrayList<>();
    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    private final Map<String, Map<String, Set<Integer>>> postings = new HashMap<>();

    Namespace(int dimension) {
        this.dimension = dimension;
    }

    void upsert(List<Vector> vectors) {
        lock.writeLock().lock();
        try {
            vectors.forEach(this::put);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Changes values and merges metadata of a vector; an absent one is left absent. */
    void update(UpdateRequest update) {
        lock.writeLock().lock();
        try {
            List<String> ids = update.hasFilter()
                    ? matchingIds(MetadataFilter.parse(update.getFilter()))
                    : List.of(update.getId());
            for (String id : ids) {
                Integer slot = slots.get(id);
                if (slot != null) {
                    put(changed(record(slot), update));
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static Vector changed(Vector record, UpdateRequest update) {
        Vector.Builder changed = record.toBuilder();
        if (update.getValuesCount() > 0) {
            changed.clearValues().addAllValues(update.getValuesList());
        }
        if (update.hasSetMetadata()) {
            changed.getMetadataBuilder().putAllFields(update.getSetMetadata().getFieldsMap());
        }
        return changed.build();
    }

    void delete(Collection<String> ids) {
        lock.writeLock().lock();
        try {
            ids.forEach(this::remove);
        } finally {
            lock.writeLock().unlock();
        }
    }

    void deleteMatching(MetadataFilter filter) {
        lock.writeLock().lock();
        try {
            matchingIds(filter).forEach(this::remove);
        } finally {
            lock.writeLock().unlock();
        }
    }

    int count(MetadataFilter filter) {
        lock.readLock().lock();
        try {
            return matchingIds(filter).size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Every record, in order of its id. */
    List<Vector> all() {
        lock.readLock().lock();
        try {
            return slots.values().stream().map(this::record).toList();
        } finally {
            lock.readLock().unlock();
        }
    }

    int size() {
        lock.readLock().lock();
        try {
            return slots.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Nullable
    Vector fetch(String id) {
        lock.readLock().lock();
        try {
            Integer slot = slots.get(id);
            return slot == null ? null : record(slot);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Ids in order that start with {@code prefix}, come after {@code after} and match. */
    IdPage list(String prefix, @Nullable String after, @Nullable MetadataFilter filter, int limit) {
        lock.readLock().lock();
        try {
            List<String> ids = new ArrayList<>();
            NavigableMap<String, Integer> rest =
                    after == null ? slots.tailMap(prefix, true) : slots.tailMap(after, false);
            for (Map.Entry<String, Integer> entry : rest.entrySet()) {
                if (!entry.getKey().startsWith(prefix)) {
                    break;
                }
                if (filter != null && !filter.matches(record(entry.getValue()).getMetadata())) {
                    continue;
                }
                if (ids.size() == limit) {
                    return new IdPage(ids, ids.get(limit - 1));
                }
                ids.add(entry.getKey());
            }
            return new IdPage(ids, null);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The {@code topK} vectors with the highest cosine similarity, best first. */
    List<ScoredVector> search(
            float[] query, @Nullable MetadataFilter filter, int topK, boolean withValues, boolean withMetadata) {
        lock.readLock().lock();
        try {
            float[] unit = unit(query);
            PriorityQueue<Scored> best = new PriorityQueue<>(BEST_FIRST.reversed());
            Collection<Integer> candidates = filter == null ? null : filter.candidates(this);
            if (candidates == null) {
                for (int slot = 0; slot < records.size(); slot++) {
                    consider(slot, unit, filter, topK, best);
                }
            } else {
                for (Integer slot : candidates) {
                    consider(slot, unit, filter, topK, best);
                }
            }
            List<Scored> ordered = new ArrayList<>(best);
            ordered.sort(BEST_FIRST);
            List<ScoredVector> matches = new ArrayList<>(ordered.size());
            for (Scored scored : ordered) {
                Vector record = record(scored.slot());
                ScoredVector.Builder match =
                        ScoredVector.newBuilder().setId(scored.id()).setScore(scored.score());
                if (withValues) {
                    match.addAllValues(record.getValuesList());
                }
                if (withMetadata && record.hasMetadata()) {
                    match.setMetadata(record.getMetadata());
                }
                matches.add(match.build());
            }
            return matches;
        } finally {
            lock.readLock().unlock();
        }
    }

    private void consider(
            int slot, float[] unit, @Nullable MetadataFilter filter, int topK, PriorityQueue<Scored> best) {
        Vector record = records.get(slot);
        if (record == null || (filter != null && !filter.matches(record.getMetadata()))) {
            return;
        }
        float score = dot(unit, slabs.get(slot / VECTORS_PER_SLAB), slot % VECTORS_PER_SLAB * dimension);
        if (best.size() < topK) {
            best.add(new Scored(record.getId(), slot, score));
            return;
        }
        Scored worst = best.element();
        if (score > worst.score() || (score == worst.score() && record.getId().compareTo(worst.id()) < 0)) {
            best.remove();
            best.add(new Scored(record.getId(), slot, score));
        }
    }

    @Override
    public @Nullable Collection<Integer> slots(String field, String value) {
        if (!INDEXED_FIELDS.contains(field)) {
            return null;
        }
        return postings.getOrDefault(field, Map.of()).getOrDefault(value, Set.of());
    }

    private List<String> matchingIds(MetadataFilter filter) {
        Collection<Integer> candidates = filter.candidates(this);
        List<String> ids = new ArrayList<>();
        for (Integer slot : candidates == null ? slots.values() : candidates) {
            if (filter.matches(record(slot).getMetadata())) {
                ids.add(record(slot).getId());
            }
        }
        return ids;
    }

    private Vector record(int slot) {
        Vector record = records.get(slot);
        if (record == null) {
            throw new IllegalStateException("a slot that is in use must hold a record: " + slot);
        }
        return record;
    }

    private void put(Vector vector) {
        Integer slot = slots.get(vector.getId());
        if (slot == null) {
            slot = freeSlots.isEmpty() ? records.size() : freeSlots.pop();
            slots.put(vector.getId(), slot);
        } else {
            unpost(slot);
        }
        if (slot == records.size()) {
            records.add(vector);
            if (slot / VECTORS_PER_SLAB == slabs.size()) {
                slabs.add(new float[VECTORS_PER_SLAB * dimension]);
            }
        } else {
            records.set(slot, vector);
        }
        float[] values = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            values[i] = vector.getValues(i);
        }
        System.arraycopy(
                unit(values), 0, slabs.get(slot / VECTORS_PER_SLAB), slot % VECTORS_PER_SLAB * dimension, dimension);
        for (String field : INDEXED_FIELDS) {
            for (String value : strings(vector.getMetadata(), field)) {
                postings.computeIfAbsent(field, ignored -> new HashMap<>())
                        .computeIfAbsent(value, ignored -> new HashSet<>())
                        .add(slot);
            }
        }
    }

    private void remove(String id) {
        Integer slot = slots.remove(id);
        if (slot != null) {
            unpost(slot);
            records.set(slot, null);
            freeSlots.push(slot);
        }
    }

    private void unpost(int slot) {
        for (String field : INDEXED_FIELDS) {
            for (String value : strings(record(slot).getMetadata(), field)) {
                Map<String, Set<Integer>> byValue = postings.getOrDefault(field, Map.of());
                Set<Integer> holders = byValue.getOrDefault(value, Collections.emptySet());
                holders.remove(slot);
                if (holders.isEmpty()) {
                    byValue.remove(value);
                }
            }
        }
    }

    /** The values an equality filter on the field can match. */
    private static List<String> strings(Struct metadata, String field) {
        Value value = metadata.getFieldsMap().get(field);
        if (value == null) {
            return List.of();
        }
        if (value.hasStringValue()) {
            return List.of(value.getStringValue());
        }
        List<String> elements = new ArrayList<>();
        for (Value element : value.getListValue().getValuesList()) {
            if (!elements.contains(element.getStringValue())) {
                elements.add(element.getStringValue());
            }
        }
        return elements;
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        float[] unit = new float[vector.length];
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < vector.length; i++) {
            unit[i] = vector[i] * scale;
        }
        return unit;
    }

    /** Eight sums side by side let the processor work on them at once. */
    private static float dot(float[] a, float[] slab, int offset) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = 0;
        for (; i + 7 < a.length; i += 8) {
            s0 += a[i] * slab[offset + i];
            s1 += a[i + 1] * slab[offset + i + 1];
            s2 += a[i + 2] * slab[offset + i + 2];
            s3 += a[i + 3] * slab[offset + i + 3];
            s4 += a[i + 4] * slab[offset + i + 4];
            s5 += a[i + 5] * slab[offset + i + 5];
            s6 += a[i + 6] * slab[offset + i + 6];
            s7 += a[i + 7] * slab[offset + i + 7];
        }
        float sum = (s0 + s1) + (s2 + s3) + (s4 + s5) + (s6 + s7);
        for (; i < a.length; i++) {
            sum += a[i] * slab[offset + i];
        }
        return sum;
    }
}

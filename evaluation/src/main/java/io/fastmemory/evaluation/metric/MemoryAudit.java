package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.MemoryQuality;
import io.fastmemory.evaluation.metric.EventLabels.ToldFact;
import io.fastmemory.evaluation.metric.GoldFacts.VersionId;
import io.fastmemory.model.MemoryStatus;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.EventLine;
import io.fastmemory.model.rollout.VersionLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What active memory says at the end of a run, against the facts its entities were told.
 *
 * <p>Active memory is what the state digests list; a run without that of an entity which had an event cannot be audited.
 */
final class MemoryAudit {
    private final Rollouts rollouts;
    private final EventLabels labels;
    private final Map<String, EntityAudit> entities = new TreeMap<>();

    private MemoryAudit(Rollouts rollouts, EventLabels labels) {
        this.rollouts = rollouts;
        this.labels = labels;
    }

    /** Audits every entity that was told something or holds a memory. */
    static MemoryAudit of(Rollouts rollouts, EventLabels labels) {
        MemoryAudit audit = new MemoryAudit(rollouts, labels);
        if (!rollouts.stateDigests().isEmpty()) {
            Map<VersionId, MemoryVersion> active = audit.activeVersions();
            Set<String> ids = new TreeSet<>(labels.entities());
            ids.addAll(rollouts.stateDigests().keySet());
            ids.forEach(id -> audit.entities.put(id, EntityAudit.of(audit.memoriesOf(id, active), labels.told(id))));
        }
        return audit;
    }

    /** The counts of one entity; all 0 for one that is not known. */
    EntityAudit entity(String entityId) {
        return entities.getOrDefault(entityId, EntityAudit.NOTHING);
    }

    /** The rates over the whole run, or {@code null} without labels or the state of an entity that had an event. */
    @Nullable
    MemoryQuality quality() {
        if (entities.isEmpty() || !rollouts.hasLabels() || !rollouts.statesRecorded()) {
            return null;
        }
        EntityAudit all = EntityAudit.NOTHING;
        for (EntityAudit entity : entities.values()) {
            all = all.plus(entity);
        }
        Set<String> noise = noiseArrived();
        long stored = noiseStored(noise);
        return new MemoryQuality(
                all.active(),
                all.statements(),
                Numbers.per(all.rightStatements(), all.statements()),
                all.facts(),
                Numbers.per(all.factsHeld(), all.facts()),
                all.updates(),
                Numbers.per(all.updatesDone(), all.updates()),
                Numbers.per(all.duplicates(), all.active()),
                noise.size(),
                Numbers.per(stored, noise.size()));
    }

    private Map<VersionId, MemoryVersion> activeVersions() {
        Set<VersionId> wanted = new HashSet<>();
        for (DigestLine.State state : rollouts.stateDigests().values()) {
            state.active().forEach(memory -> wanted.add(new VersionId(memory.memoryId(), memory.version())));
        }
        Map<VersionId, MemoryVersion> versions = new HashMap<>();
        for (VersionLine line : rollouts.versions()) {
            VersionId id = new VersionId(line.memory().memoryId(), line.memory().version());
            if (wanted.contains(id)) {
                versions.put(id, line.memory());
            }
        }
        return versions;
    }

    /** Active memories of an entity, oldest first; one whose version is not recorded is reported by the reconciliation. */
    private List<MemoryVersion> memoriesOf(String entityId, Map<VersionId, MemoryVersion> active) {
        DigestLine.State state = rollouts.stateDigests().get(entityId);
        List<MemoryVersion> memories = new ArrayList<>();
        if (state != null) {
            for (DigestLine.MemoryRef memory : state.active()) {
                MemoryVersion version = active.get(new VersionId(memory.memoryId(), memory.version()));
                if (version != null) {
                    memories.add(version);
                }
            }
        }
        memories.sort(Comparator.comparingLong(MemoryVersion::createdStreamMs).thenComparing(MemoryVersion::memoryId));
        return memories;
    }

    private Set<String> noiseArrived() {
        Set<String> noise = new HashSet<>();
        for (EventLine event : rollouts.events()) {
            if (labels.isNoise(event.eventId())) {
                noise.add(event.eventId());
            }
        }
        return noise;
    }

    private long noiseStored(Set<String> noise) {
        Set<String> stored = new HashSet<>();
        for (VersionLine line : rollouts.versions()) {
            if (line.memory().status() == MemoryStatus.ACTIVE) {
                line.memory().sourceEventIds().stream().filter(noise::contains).forEach(stored::add);
            }
        }
        return stored.size();
    }

    /**
     * The counts of one entity.
     *
     * @param active memories
     * @param duplicates of them that say nothing an earlier one does not say
     * @param statements of active memory
     * @param rightStatements of them that are true
     * @param facts told and true
     * @param factsHeld of them that active memory says
     * @param updates facts told and no longer true
     * @param updatesDone of them that no active memory says, while one says what is true instead
     */
    record EntityAudit(
            long active,
            long duplicates,
            long statements,
            long rightStatements,
            long facts,
            long factsHeld,
            long updates,
            long updatesDone) {
        static final EntityAudit NOTHING = new EntityAudit(0, 0, 0, 0, 0, 0, 0, 0);

        static EntityAudit of(List<MemoryVersion> memories, Collection<ToldFact> told) {
            MemoryStatements said = MemoryStatements.of(memories, told);
            List<ToldFact> current = told.stream().filter(fact -> fact.current).toList();
            List<ToldFact> old = told.stream().filter(fact -> !fact.current).toList();
            return new EntityAudit(
                    memories.size(),
                    said.duplicates(),
                    said.statements(),
                    said.rightStatements(),
                    current.size(),
                    current.stream().filter(said::holds).count(),
                    old.size(),
                    old.stream().filter(fact -> said.isReplaced(fact, current)).count());
        }

        EntityAudit plus(EntityAudit other) {
            return new EntityAudit(
                    active + other.active,
                    duplicates + other.duplicates,
                    statements + other.statements,
                    rightStatements + other.rightStatements,
                    facts + other.facts,
                    factsHeld + other.factsHeld,
                    updates + other.updates,
                    updatesDone + other.updatesDone);
        }
    }
}

package io.fastmemory.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing a policy asks the environment to do with an entity's memory. Ids and times are the environment's to give. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MemoryAction.WriteMemory.class, name = "write_memory"),
    @JsonSubTypes.Type(value = MemoryAction.UpdateMemory.class, name = "update_memory"),
    @JsonSubTypes.Type(value = MemoryAction.MarkStale.class, name = "mark_stale"),
    @JsonSubTypes.Type(value = MemoryAction.CompressMemory.class, name = "compress_memory"),
    @JsonSubTypes.Type(value = MemoryAction.IgnoreEvent.class, name = "ignore_event"),
    @JsonSubTypes.Type(value = MemoryAction.IndexNow.class, name = "index_now"),
    @JsonSubTypes.Type(value = MemoryAction.DelayIndex.class, name = "delay_index")
})
public sealed interface MemoryAction {
    /** Why the policy asks for it, in its own words. */
    String reason();

    /** Dispatches on the kind of action. */
    <R> R match(Cases<R> cases);

    /** The action's {@code type} in JSON. */
    @JsonIgnore
    default String typeName() {
        return match(TypeName.CASES);
    }

    /** A new active memory. {@code ttlMs} is stream time until it stops being active, or {@code null}. */
    record WriteMemory(
            String content,
            List<Fact> facts,
            List<String> sourceEventIds,
            Layer layer,
            @Nullable Long ttlMs,
            String reason)
            implements MemoryAction {
        public WriteMemory {
            facts = List.copyOf(facts);
            sourceEventIds = List.copyOf(sourceEventIds);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.writeMemory(this);
        }
    }

    /** A new version of an active memory; an old vector stays visible until the new version is indexed. */
    record UpdateMemory(String memoryId, String content, List<Fact> facts, List<String> sourceEventIds, String reason)
            implements MemoryAction {
        public UpdateMemory {
            facts = List.copyOf(facts);
            sourceEventIds = List.copyOf(sourceEventIds);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.updateMemory(this);
        }
    }

    /** A memory that is no longer true: it leaves the index and is kept in history. */
    record MarkStale(String memoryId, @Nullable String supersededBy, List<String> sourceEventIds, String reason)
            implements MemoryAction {
        public MarkStale {
            sourceEventIds = List.copyOf(sourceEventIds);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.markStale(this);
        }
    }

    /** One memory that replaces two or more and keeps all their sources. */
    record CompressMemory(List<String> memoryIds, String content, List<Fact> facts, String reason)
            implements MemoryAction {
        public CompressMemory {
            memoryIds = List.copyOf(memoryIds);
            facts = List.copyOf(facts);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.compressMemory(this);
        }
    }

    /** An event of which nothing is kept, said explicitly. */
    record IgnoreEvent(String eventId, String reason) implements MemoryAction {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.ignoreEvent(this);
        }
    }

    /** Embeds a memory and writes it to the index at once. {@code memoryId} may be {@code $n}. */
    record IndexNow(String memoryId, String reason) implements MemoryAction {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.indexNow(this);
        }
    }

    /** The same after {@code delayMs} of stream time. */
    record DelayIndex(String memoryId, long delayMs, String reason) implements MemoryAction {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.delayIndex(this);
        }
    }

    /** One method per kind of action: a new kind fails to compile at every user. */
    interface Cases<R> {
        R writeMemory(WriteMemory write);

        R updateMemory(UpdateMemory update);

        R markStale(MarkStale stale);

        R compressMemory(CompressMemory compress);

        R ignoreEvent(IgnoreEvent ignore);

        R indexNow(IndexNow index);

        R delayIndex(DelayIndex delay);
    }
}

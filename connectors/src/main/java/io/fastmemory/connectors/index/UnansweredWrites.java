package io.fastmemory.connectors.index;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Which memories a write went unanswered for, and until when its effect may still come. One thread. */
final class UnansweredWrites {
    private final IndexWriterOptions options;
    private final long followsUntil;
    private final Map<String, Long> until = new HashMap<>();

    UnansweredWrites(IndexWriterOptions options) {
        this.options = options;
        this.followsUntil = options.followsAnother() ? lateEffectsEnd() : 0;
    }

    private long lateEffectsEnd() {
        return System.nanoTime() + options.lateEffectTimeout().toNanos();
    }

    /** Notes an attempt that got no answer. */
    void add(Collection<String> memoryIds) {
        long now = System.nanoTime();
        if (until.size() > options.rememberedMemories()) {
            until.values().removeIf(end -> end - now <= 0);
        }
        long end = lateEffectsEnd();
        memoryIds.forEach(memoryId -> until.put(memoryId, end));
    }

    /** {@link System#nanoTime()} until which an earlier write of the memory may take effect, or 0 if none can. */
    long effectsEnd(String memoryId) {
        long now = System.nanoTime();
        Long end = until.get(memoryId);
        if (end != null && end - now > 0) {
            return end;
        }
        until.remove(memoryId);
        return followsUntil - now > 0 && followsUntil != 0 ? followsUntil : 0;
    }
}

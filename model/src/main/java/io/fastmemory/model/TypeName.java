package io.fastmemory.model;

import io.fastmemory.model.MemoryAction.CompressMemory;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.MarkStale;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;

/** The {@code type} of each kind of action in JSON. */
final class TypeName implements MemoryAction.Cases<String> {
    static final TypeName CASES = new TypeName();

    private TypeName() {}

    @Override
    public String writeMemory(WriteMemory write) {
        return "write_memory";
    }

    @Override
    public String updateMemory(UpdateMemory update) {
        return "update_memory";
    }

    @Override
    public String markStale(MarkStale stale) {
        return "mark_stale";
    }

    @Override
    public String compressMemory(CompressMemory compress) {
        return "compress_memory";
    }

    @Override
    public String ignoreEvent(IgnoreEvent ignore) {
        return "ignore_event";
    }

    @Override
    public String indexNow(IndexNow index) {
        return "index_now";
    }

    @Override
    public String delayIndex(DelayIndex delay) {
        return "delay_index";
    }
}

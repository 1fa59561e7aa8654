package io.fastmemory.connectors.index;

import io.fastmemory.connectors.index.IndexReceipt.Operation;
import io.fastmemory.model.IndexDocument;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One change on its way to a receipt. Belongs to the writer's thread, but for the receipt. */
final class IndexChange {
    final String memoryId;
    final int version;
    final Operation operation;
    final @Nullable IndexDocument document;
    final CompletableFuture<IndexReceipt> receipt = new CompletableFuture<>();

    /** What its content was embedded to, once it was. */
    volatile float @Nullable [] vector;
    /** {@link System#nanoTime()} after which it is not tried again; 0 before its first attempt. */
    long tryUntil;

    @Nullable
    Instant acknowledgedAt;
    /** When readers were first seen to see it. */
    @Nullable
    Instant seenAt;
    /** Whether readers were seen to see it since it was last written; it is looked at still if it is guarded. */
    boolean holds;
    /** {@link System#nanoTime()} until which an earlier write may undo it, or 0 if none can. */
    long guardedUntil;
    /** {@link System#nanoTime()} after which nobody looks for it any more. */
    long lookUntil;
    /** Start of the unbroken time a removed memory has been missing. */
    @Nullable
    Instant missingSince;

    private IndexChange(String memoryId, int version, Operation operation, @Nullable IndexDocument document) {
        this.memoryId = memoryId;
        this.version = version;
        this.operation = operation;
        this.document = document;
    }

    static IndexChange upsert(IndexDocument document) {
        return new IndexChange(document.memoryId(), document.version(), Operation.UPSERT, document);
    }

    static IndexChange delete(String memoryId, int version) {
        return new IndexChange(memoryId, version, Operation.DELETE, null);
    }

    /** Order of the changes of one memory: by version, and a version's removal after its upsert. */
    long rank() {
        return version * 2L + (operation == Operation.DELETE ? 1 : 0);
    }

    /** Whether no other change of the memory can be older. */
    boolean isFirst() {
        return version == 1 && operation == Operation.UPSERT;
    }

    IndexDocument requireDocument() {
        if (document == null) {
            throw new IllegalStateException("an upsert must have a document: memory " + memoryId);
        }
        return document;
    }

    float[] requireVector() {
        float[] embedded = vector;
        if (embedded == null) {
            throw new IllegalStateException("an upsert must be embedded: memory " + memoryId);
        }
        return embedded;
    }

    void complete(@Nullable Instant visibleAt, boolean superseded, @Nullable String error) {
        receipt.complete(toReceipt(visibleAt, superseded, error));
    }

    IndexReceipt toReceipt(@Nullable Instant visibleAt, boolean superseded, @Nullable String error) {
        return new IndexReceipt(memoryId, version, operation, acknowledgedAt, visibleAt, superseded, error);
    }
}

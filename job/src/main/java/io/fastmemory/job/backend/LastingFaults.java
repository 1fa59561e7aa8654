package io.fastmemory.job.backend;

import io.fastmemory.connectors.index.IndexOpeningException;
import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.connectors.sqlite.StoreException;
import java.util.concurrent.CompletionException;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** Tells faults that no restart mends from the others. */
public final class LastingFaults {
    private LastingFaults() {}

    /** The failure, marked to end the job at once if it is a missing setting, a store's permanent fault or an index gone. */
    public static Throwable marked(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return isLasting(cause) ? new SuppressRestartsException(cause) : failure;
    }

    private static boolean isLasting(Throwable cause) {
        return cause instanceof StoreException.Permanent
                || cause instanceof IllegalArgumentException
                || (cause instanceof IndexOpeningException && cause.getCause() != null && isLasting(cause.getCause()))
                || (cause instanceof VectorIndexException index
                        && index.reason() == VectorIndexException.Reason.NOT_FOUND);
    }
}

package io.fastmemory.job.reader;

import java.io.Serializable;

/** Makes a reader where it runs. */
@FunctionalInterface
public interface ReaderFactory extends Serializable {
    /** A reader with its own clients. */
    Reader create();
}

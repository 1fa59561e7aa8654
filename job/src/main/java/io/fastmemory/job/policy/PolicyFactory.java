package io.fastmemory.job.policy;

import java.io.Serializable;

/** Makes a policy where it runs. */
@FunctionalInterface
public interface PolicyFactory extends Serializable {
    /** A policy with its own clients. */
    MemoryWritePolicy create();
}

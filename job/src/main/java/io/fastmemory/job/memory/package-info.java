/** What a decision does to an entity's memory: pure rules without Flink, I/O or a clock. */
@NullMarked
package io.fastmemory.job.memory;

import org.jspecify.annotations.NullMarked;

/** Reads and writes the lines of {@code stream.jsonl} and {@code gold.jsonl}. */
@NullMarked
package io.fastmemory.model.timeline;

import org.jspecify.annotations.NullMarked;

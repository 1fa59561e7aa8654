/** The vector index as the job sees it, and the batching writer in front of it. */
@NullMarked
package io.fastmemory.connectors.index;

import org.jspecify.annotations.NullMarked;

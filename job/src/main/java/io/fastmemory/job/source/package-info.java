/** How a dataset folder becomes a stream. */
@NullMarked
package io.fastmemory.job.source;

import org.jspecify.annotations.NullMarked;

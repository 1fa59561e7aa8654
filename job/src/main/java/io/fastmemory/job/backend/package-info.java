/** The outside world as the steps open it. */
@NullMarked
package io.fastmemory.job.backend;

import org.jspecify.annotations.NullMarked;

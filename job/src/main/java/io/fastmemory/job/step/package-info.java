/** The steps of the data's way, one class each. */
@NullMarked
package io.fastmemory.job.step;

import org.jspecify.annotations.NullMarked;

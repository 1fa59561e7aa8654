/** Who decides: the LLM policy, and the bounds it is measured between. */
@NullMarked
package io.fastmemory.job.policy;

import org.jspecify.annotations.NullMarked;

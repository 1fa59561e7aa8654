/** How a model is asked, and asked again when its answer is not valid. */
@NullMarked
package io.fastmemory.job.policy.reply;

import org.jspecify.annotations.NullMarked;

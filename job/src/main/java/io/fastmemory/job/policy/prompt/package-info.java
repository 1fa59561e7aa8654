/** What the models are told. */
@NullMarked
package io.fastmemory.job.policy.prompt;

import org.jspecify.annotations.NullMarked;

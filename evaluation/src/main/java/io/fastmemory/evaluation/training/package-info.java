/** Runs as material to train a policy from. */
@NullMarked
package io.fastmemory.evaluation.training;

import org.jspecify.annotations.NullMarked;

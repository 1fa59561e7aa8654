/** The reward a policy can be trained by, and the score to compare runs by: pure formulas, defined in docs/metrics.md. */
@NullMarked
package io.fastmemory.evaluation.reward;

import org.jspecify.annotations.NullMarked;

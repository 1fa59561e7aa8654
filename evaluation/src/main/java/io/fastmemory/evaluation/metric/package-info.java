/** Metrics computed from what a run left behind: the rollouts, merged, checked, measured and summarised. */
@NullMarked
package io.fastmemory.evaluation.metric;

import org.jspecify.annotations.NullMarked;

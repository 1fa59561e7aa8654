/** A second opinion on a run's answers, by a language model, beside the verdicts and never in their place. */
@NullMarked
package io.fastmemory.evaluation.judge;

import org.jspecify.annotations.NullMarked;

/** What a run leaves behind, one record for each kind of line in {@code raw_rollouts.jsonl}. */
@NullMarked
package io.fastmemory.model.rollout;

import org.jspecify.annotations.NullMarked;

/** Pure verdicts on answers and memories, used by the job's scoring step and by the evaluation. */
@NullMarked
package io.fastmemory.model.scoring;

import org.jspecify.annotations.NullMarked;

/** Runs under faults: what is killed while the job runs, and what must hold all the same. */
@NullMarked
package io.fastmemory.evaluation.chaos;

import org.jspecify.annotations.NullMarked;

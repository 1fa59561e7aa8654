/** Faults on purpose: runs of the job in which something fails, and the proof that nothing came of it. */
@NullMarked
package io.fastmemory.evaluation.chaos;

import org.jspecify.annotations.NullMarked;

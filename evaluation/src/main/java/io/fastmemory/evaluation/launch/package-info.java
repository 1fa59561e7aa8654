/** Runs the job on this machine, with the servers it needs around it. */
@NullMarked
package io.fastmemory.evaluation.launch;

import org.jspecify.annotations.NullMarked;

/** The command line that drives everything. */
@NullMarked
package io.fastmemory.evaluation.cli;

import org.jspecify.annotations.NullMarked;

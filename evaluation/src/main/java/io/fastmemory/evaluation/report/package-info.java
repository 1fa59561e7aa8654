/** What people read of a summary. */
@NullMarked
package io.fastmemory.evaluation.report;

import org.jspecify.annotations.NullMarked;

/** Who answers queries from what was retrieved. */
@NullMarked
package io.fastmemory.job.reader;

import org.jspecify.annotations.NullMarked;

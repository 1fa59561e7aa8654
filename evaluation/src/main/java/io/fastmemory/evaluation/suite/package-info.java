/** Many runs as one: policies times seeds, made once each by any number of processes, and what they come to together. */
@NullMarked
package io.fastmemory.evaluation.suite;

import org.jspecify.annotations.NullMarked;

/** Benchmarks that anyone can run, as ratios against a reference in the same run. */
@NullMarked
package io.fastmemory.evaluation.benchmark;

import org.jspecify.annotations.NullMarked;

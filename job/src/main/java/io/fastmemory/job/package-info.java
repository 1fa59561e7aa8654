/** The streaming job: its main class, its graph on one page, and its options. */
@NullMarked
package io.fastmemory.job;

import org.jspecify.annotations.NullMarked;

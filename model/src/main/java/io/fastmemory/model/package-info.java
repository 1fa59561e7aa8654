/** The vocabulary of the environment: events, queries, memories, actions, answers and what a run leaves behind. */
@NullMarked
package io.fastmemory.model;

import org.jspecify.annotations.NullMarked;

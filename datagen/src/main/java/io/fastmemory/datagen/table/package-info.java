/** Import of anybody's own events and questions from JSON Lines or CSV, by a mapping of columns. */
@NullMarked
package io.fastmemory.datagen.table;

import org.jspecify.annotations.NullMarked;

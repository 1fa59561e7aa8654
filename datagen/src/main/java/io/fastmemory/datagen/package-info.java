/** Deterministic dataset generators and the folder they write: seed in, same bytes out. */
@NullMarked
package io.fastmemory.datagen;

import org.jspecify.annotations.NullMarked;

/** Import of the LoCoMo conversations as a dataset folder. */
@NullMarked
package io.fastmemory.datagen.locomo;

import org.jspecify.annotations.NullMarked;

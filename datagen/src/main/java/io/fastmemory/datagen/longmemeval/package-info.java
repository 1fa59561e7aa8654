/** Import of the LongMemEval chat histories as a dataset folder. */
@NullMarked
package io.fastmemory.datagen.longmemeval;

import org.jspecify.annotations.NullMarked;

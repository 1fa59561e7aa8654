/** What a dataset folder holds, read line by line. */
@NullMarked
package io.fastmemory.datagen.inspect;

import org.jspecify.annotations.NullMarked;

/** Import of HotpotQA in its distractor setting as a dataset folder. */
@NullMarked
package io.fastmemory.datagen.hotpotqa;

import org.jspecify.annotations.NullMarked;

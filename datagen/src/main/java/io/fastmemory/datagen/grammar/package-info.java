/** The wording of generated streams: domains, their attributes, and the sentences that state, change and ask them. */
@NullMarked
package io.fastmemory.datagen.grammar;

import org.jspecify.annotations.NullMarked;

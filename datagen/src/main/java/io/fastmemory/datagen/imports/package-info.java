/** What importers have in common: JSON that knows where it stands, reports, and episodes laid out side by side. */
@NullMarked
package io.fastmemory.datagen.imports;

import org.jspecify.annotations.NullMarked;

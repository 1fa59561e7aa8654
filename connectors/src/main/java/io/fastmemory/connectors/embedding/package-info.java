/** Text embedding clients. */
@NullMarked
package io.fastmemory.connectors.embedding;

import org.jspecify.annotations.NullMarked;

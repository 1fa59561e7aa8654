/** A Pinecone-compatible vector index server for one machine. */
@NullMarked
package io.fastmemory.connectors.index.local;

import org.jspecify.annotations.NullMarked;

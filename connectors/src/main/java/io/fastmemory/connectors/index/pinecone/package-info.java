/** The vector index over the official Pinecone client. */
@NullMarked
package io.fastmemory.connectors.index.pinecone;

import org.jspecify.annotations.NullMarked;

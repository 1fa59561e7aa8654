/** Chat completion clients. */
@NullMarked
package io.fastmemory.connectors.llm;

import org.jspecify.annotations.NullMarked;

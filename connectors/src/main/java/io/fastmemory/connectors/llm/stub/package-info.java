/** An OpenAI-compatible stand-in server with settable latency and faults. */
@NullMarked
package io.fastmemory.connectors.llm.stub;

import org.jspecify.annotations.NullMarked;

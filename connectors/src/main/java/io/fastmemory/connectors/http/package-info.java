/** What the HTTP servers for runs without an account have in common. */
@NullMarked
package io.fastmemory.connectors.http;

import org.jspecify.annotations.NullMarked;

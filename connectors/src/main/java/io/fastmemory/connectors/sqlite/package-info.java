/** Raw store, memory store and decision log in one SQLite file with group commit. */
@NullMarked
package io.fastmemory.connectors.sqlite;

import org.jspecify.annotations.NullMarked;

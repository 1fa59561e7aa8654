package io.fastmemory.datagen.imports;

import java.io.IOException;

/** A file that cannot be imported; the message names file, JSON pointer, what was expected and what was found. */
public final class ImportException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A file with something that is not as expected. */
    public ImportException(String message) {
        super(message);
    }
}

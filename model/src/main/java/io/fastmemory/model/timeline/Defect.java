package io.fastmemory.model.timeline;

import io.fastmemory.model.DeadLetterCode;
import org.jspecify.annotations.Nullable;

/** What is wrong with a line; thrown without a stack trace by the readers of this package and caught by them. */
final class Defect extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final DeadLetterCode code;
    private final @Nullable String pointer;
    private final String expected;
    private final String found;

    Defect(DeadLetterCode code, @Nullable String pointer, String expected, String found) {
        super(expected, null, false, false);
        this.code = code;
        this.pointer = pointer;
        this.expected = expected;
        this.found = found;
    }

    DeadLetterCode code() {
        return code;
    }

    @Nullable
    String pointer() {
        return pointer;
    }

    String expected() {
        return expected;
    }

    String found() {
        return found;
    }
}

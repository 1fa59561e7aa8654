package io.fastmemory.model.timeline;

import io.fastmemory.model.DeadLetterCode;
import org.jspecify.annotations.Nullable;

/** A line of a dataset file that is not what it should be: which file, line and field, what was expected and found. */
public final class LineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final DeadLetterCode code;
    private final String file;
    private final long line;
    private final @Nullable String field;

    LineException(String file, long line, Defect defect) {
        super(message(file, line, defect), null, false, false);
        this.code = defect.code();
        this.file = file;
        this.line = line;
        this.field = defect.pointer();
    }

    /** What is wrong, as one word. */
    public DeadLetterCode code() {
        return code;
    }

    /** Name of the file. */
    public String file() {
        return file;
    }

    /** Line number, from 1. */
    public long line() {
        return line;
    }

    /** JSON pointer of the offending field, or {@code null} when the line as a whole is. */
    public @Nullable String field() {
        return field;
    }

    static String message(String file, long line, Defect defect) {
        String at = defect.pointer() == null ? "" : ", field " + defect.pointer();
        return file + " line " + line + at + ": expected " + defect.expected() + ", found " + defect.found();
    }
}

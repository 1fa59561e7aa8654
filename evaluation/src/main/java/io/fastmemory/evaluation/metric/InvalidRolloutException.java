package io.fastmemory.evaluation.metric;

import java.io.IOException;
import java.nio.file.Path;

/** A rollout file that cannot be evaluated; the message names the file and, where there is one, the line. */
public final class InvalidRolloutException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A file that is wrong as a whole. */
    public InvalidRolloutException(Path file, String message) {
        super(file + ": " + message);
    }

    /** A line that is wrong; lines count from 1. */
    public InvalidRolloutException(Path file, long line, String message) {
        super(file + ":" + line + ": " + message);
    }
}

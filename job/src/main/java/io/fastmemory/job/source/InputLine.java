package io.fastmemory.job.source;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One line of an input file.
 *
 * @param file name of the file
 * @param line line number, from 1; 0 if the file could not be read
 * @param bytes the line without its end, or the reason why there is none; a line beyond the limit is cut and so unreadable
 * @param farAhead whether its offset is far ahead of the lines around it, so that it is not to be waited for
 */
public record InputLine(String file, long line, byte[] bytes, boolean farAhead) {
    /** A line like those around it. */
    public InputLine(String file, long line, byte[] bytes) {
        this(file, line, bytes, false);
    }

    /** What stands for the lines of a file that cannot be read, or cannot be read further. */
    static InputLine ofUnreadableFile(String file, String reason) {
        return new InputLine(file, 0, reason.getBytes(StandardCharsets.UTF_8));
    }

    /** Why the file could not be read, or {@code null} if this is one of its lines. */
    public @Nullable String whyUnreadable() {
        return line == 0 ? new String(bytes, StandardCharsets.UTF_8) : null;
    }

    /** The same line, far ahead of those around it. */
    InputLine thatIsFarAhead() {
        return new InputLine(file, line, bytes, true);
    }
}

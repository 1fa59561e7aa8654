package io.fastmemory.job.source;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One line of an input file.
 *
 * @param file name of the file
 * @param line line number, from 1; 0 if the file could not be read
 * @param bytes the line without its end, or the reason why there is none; a line beyond the limit is cut and so unreadable
 */
public record InputLine(String file, long line, byte[] bytes) {
    /** What stands for the lines of a file that cannot be read, or cannot be read further. */
    static InputLine ofUnreadableFile(String file, String reason) {
        return new InputLine(file, 0, reason.getBytes(StandardCharsets.UTF_8));
    }

    /** Why the file could not be read, or {@code null} if this is one of its lines. */
    public @Nullable String whyUnreadable() {
        return line == 0 ? new String(bytes, StandardCharsets.UTF_8) : null;
    }
}

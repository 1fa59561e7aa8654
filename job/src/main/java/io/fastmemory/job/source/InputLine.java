package io.fastmemory.job.source;

/**
 * One line of an input file.
 *
 * @param file name of the file
 * @param line line number, from 1
 * @param bytes the line without its end; a line beyond the limit is cut and so unreadable
 * @param farAhead whether its offset is far ahead of the lines around it, so that it is not to be waited for
 */
public record InputLine(String file, long line, byte[] bytes, boolean farAhead) {
    /** A line like those around it. */
    public InputLine(String file, long line, byte[] bytes) {
        this(file, line, bytes, false);
    }

    /** The same line, far ahead of those around it. */
    InputLine thatIsFarAhead() {
        return new InputLine(file, line, bytes, true);
    }
}

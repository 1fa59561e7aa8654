package io.fastmemory.evaluation.report;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * The way to the terminal for all that commands print, so that no text of a file or a server steers it: what would is shown
 * as a sign ({@link TerminalText}), but for ends of lines and tabs.
 */
public final class TerminalWriter extends FilterWriter {
    private TerminalWriter(Writer out) {
        super(out);
    }

    /** A writer to {@code out} that flushes at the end of each line. */
    public static PrintWriter to(Writer out) {
        return new PrintWriter(new TerminalWriter(out), true);
    }

    @Override
    public void write(int c) throws IOException {
        out.write(TerminalText.printed(String.valueOf((char) c)));
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        out.write(TerminalText.printed(new String(text, from, length)));
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        out.write(TerminalText.printed(text.substring(from, from + length)));
    }
}

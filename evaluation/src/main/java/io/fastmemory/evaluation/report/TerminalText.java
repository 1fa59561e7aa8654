package io.fastmemory.evaluation.report;

import java.util.Set;

/** Text that others wrote, made safe for a terminal: what would steer it or turn its text around is shown as a sign. */
public final class TerminalText {
    private static final int CONTROL_PICTURES = 0x2400;
    private static final int DELETE = 0x7F;
    private static final int DELETE_PICTURE = 0x2421;
    private static final int REPLACEMENT = 0xFFFD;
    private static final Set<Character> DIRECTIONS =
            Set.of('\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069');

    private TerminalText() {}

    /** The text as one line. */
    public static String line(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.chars().map(TerminalText::shown).forEach(c -> shown.append((char) c));
        return shown.toString();
    }

    /** The text with its line breaks. */
    public static String lines(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.chars().map(c -> c == '\n' ? c : shown(c)).forEach(c -> shown.append((char) c));
        return shown.toString();
    }

    private static int shown(int c) {
        if (c < ' ') {
            return CONTROL_PICTURES + c;
        }
        return c == DELETE
                ? DELETE_PICTURE
                : Character.isISOControl(c) || DIRECTIONS.contains((char) c) ? REPLACEMENT : c;
    }
}

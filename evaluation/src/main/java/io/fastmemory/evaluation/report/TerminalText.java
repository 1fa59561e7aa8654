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

    /** The text with its line breaks, of either kind, and tabs. */
    static String printed(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean lineEnd = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
            shown.append(c == '\n' || c == '\t' || lineEnd ? c : (char) shown(c));
        }
        return shown.toString();
    }

    /** JSON that means the same: what would be shown as a sign is escaped, as it can stand in strings only. */
    public static String json(String json) {
        StringBuilder escaped = new StringBuilder(json.length());
        for (char c : json.toCharArray()) {
            if (c >= ' ' && shown(c) != c) {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
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

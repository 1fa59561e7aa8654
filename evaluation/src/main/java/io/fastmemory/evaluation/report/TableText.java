package io.fastmemory.evaluation.report;

/** Plain text in rows of at most {@value SummaryTable#WIDTH} columns. */
final class TableText {
    private static final int WIDTH = SummaryTable.WIDTH;
    private static final int LABEL = 28;

    private final StringBuilder text = new StringBuilder();

    @Override
    public String toString() {
        return text.toString();
    }

    /** A heading of columns, set off by a blank line and ruled. */
    void heading(String name, String... columns) {
        blank();
        row(name, columns);
        text.append("-".repeat(WIDTH)).append('\n');
    }

    /** A label and right-aligned columns of equal width. */
    void row(String label, String... columns) {
        StringBuilder row = new StringBuilder(padded(cut(TerminalText.line(label), LABEL), LABEL));
        int width = (WIDTH - LABEL) / columns.length;
        for (String column : columns) {
            row.append(" ".repeat(Math.max(1, width - column.length()))).append(column);
        }
        text.append(row.toString().stripTrailing()).append('\n');
    }

    /** A label and a sentence, wrapped at spaces. */
    void line(String label, String sentence) {
        int room = WIDTH - LABEL;
        String left = TerminalText.line(label);
        String rest = TerminalText.line(sentence);
        while (rest.length() > room) {
            int at = rest.lastIndexOf(' ', room);
            int end = at <= 0 ? room : at;
            text.append(padded(left, LABEL)).append(rest, 0, end).append('\n');
            rest = rest.substring(end).strip();
            left = "";
        }
        text.append((padded(left, LABEL) + rest).stripTrailing()).append('\n');
    }

    /** A blank line. */
    void blank() {
        text.append('\n');
    }

    private static String padded(String label, int width) {
        return label + " ".repeat(Math.max(0, width - label.length()));
    }

    private static String cut(String label, int width) {
        return label.length() <= width ? label : label.substring(0, width - 1) + "…";
    }
}

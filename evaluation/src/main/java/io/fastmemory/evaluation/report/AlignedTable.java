package io.fastmemory.evaluation.report;

import java.util.ArrayList;
import java.util.List;

/** Plain text in columns as wide as their widest cell: the first is a label, the others stand to the right. */
public final class AlignedTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** An empty table. */
    public AlignedTable() {}

    /** Adds a row; the first is ruled as a heading. */
    public void row(List<String> cells) {
        rows.add(cells.stream().map(TerminalText::line).toList());
    }

    /** Adds what a row consists of. */
    public void row(String... cells) {
        row(List.of(cells));
    }

    /** The lines, each ending in a line break. */
    public String render() {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            line(text, row, widths);
            if (row == rows.get(0)) {
                int total =
                        widths.stream().mapToInt(width -> width + GAP.length()).sum() - GAP.length();
                text.append("-".repeat(total)).append('\n');
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String space = " ".repeat(widths.get(i) - row.get(i).length());
            line.append(i == 0 ? row.get(0) + space : GAP + space + row.get(i));
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}

package io.fastmemory.evaluation.metric;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a CSV file (RFC 4180, lines end in LF).
 *
 * <p>A text that a spreadsheet would take for a formula has an apostrophe before it; numbers stay as they are.
 *
 * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">what a cell that is a formula can do</a>
 */
public final class Csv {
    private static final String BEGINNINGS_OF_FORMULAS = "=+-@\t\r";

    private final StringBuilder text;

    /** A file with the header, whose columns are separated by commas. */
    public Csv(String header) {
        text = new StringBuilder(header).append('\n');
    }

    /** Appends a line; of a cell that is {@code null} nothing is written, a number has no exponent. */
    public void line(List<? extends @Nullable Object> cells) {
        List<String> written = new ArrayList<>();
        for (Object cell : cells) {
            written.add(written(cell));
        }
        text.append(String.join(",", written)).append('\n');
    }

    private static String written(@Nullable Object cell) {
        if (cell == null) {
            return "";
        }
        return cell instanceof Double number
                ? Numbers.plain(number)
                : cell instanceof Number ? cell.toString() : quoted(cell.toString());
    }

    private static String quoted(String cell) {
        boolean formula = !cell.isEmpty() && BEGINNINGS_OF_FORMULAS.indexOf(cell.charAt(0)) >= 0;
        String shown = formula ? "'" + cell : cell;
        return shown.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? shown
                : '"' + shown.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

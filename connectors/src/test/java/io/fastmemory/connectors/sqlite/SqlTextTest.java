package io.fastmemory.connectors.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No SQL text is put together from data: what is not a literal is a constant or a name that the code itself gives. */
class SqlTextTest {
    private static final Path SOURCES = Path.of("src", "main", "java", "io", "fastmemory", "connectors");
    private static final Pattern LITERAL = Pattern.compile("\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\])*\"");
    private static final Pattern SQL = Pattern.compile(
            "^\"+\\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|ATTACH|PRAGMA|BEGIN|WITH)\\b");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z_0-9.]*");
    private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z_0-9]*");
    /** What names tables and columns in {@link FirstWriteLog}, whose callers give literals. */
    private static final Set<String> NAMES =
            Set.of("table", "String.join", "keyColumns", "keyColumns.length", "repeat");

    @Test
    void holdsNothingButLiteralsConstantsAndNames() throws IOException {
        List<String> statements = new ArrayList<>();
        Set<String> others = new TreeSet<>();
        for (Path file : sources()) {
            String code = Files.readString(file);
            Matcher literal = LITERAL.matcher(code);
            while (literal.find()) {
                if (SQL.matcher(literal.group()).find()) {
                    String statement = restOfExpression(code, literal.start());
                    statements.add(statement);
                    others.addAll(partsOf(statement));
                }
            }
        }
        others.removeIf(part -> CONSTANT.matcher(part).matches());

        assertThat(statements).as("SQL found").hasSizeGreaterThan(15);
        assertThat(NAMES).containsAll(others);
    }

    @Test
    void noticesDataInTheText() {
        assertThat(partsOf(restOfExpression("find(\"SELECT 1 WHERE id = '\" + eventId + \"'\");", 5)))
                .containsExactly("eventId");
    }

    @Test
    void tablesAndColumnsOfLogsAreLiterals() throws IOException {
        List<String> calls = new ArrayList<>();
        for (Path file : sources()) {
            Matcher call =
                    Pattern.compile("new FirstWriteLog\\(\\s*\\w+,([^;]*)\\);").matcher(Files.readString(file));
            while (call.find()) {
                calls.add(call.group(1));
            }
        }

        assertThat(calls)
                .isNotEmpty()
                .allSatisfy(
                        call -> assertThat(LITERAL.matcher(call).replaceAll("")).containsPattern("^[\\s,]*$"));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    /** Literals and what joins them with {@code +}, up to a comma or bracket that belongs to something else. */
    private static String restOfExpression(String code, int from) {
        Matcher literal = LITERAL.matcher(code);
        int depth = 0;
        int at = from;
        while (at < code.length()) {
            if (literal.find(at) && literal.start() == at) {
                at = literal.end();
                continue;
            }
            char c = code.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ';' || depth < 0 || c == ',' && depth == 0) {
                break;
            }
            at++;
        }
        return code.substring(from, at);
    }

    /** The words of an expression that stand outside its literals. */
    private static List<String> partsOf(String expression) {
        Matcher word = WORD.matcher(LITERAL.matcher(expression).replaceAll(" ").replaceAll("//[^\\n]*", ""));
        List<String> parts = new ArrayList<>();
        while (word.find()) {
            parts.add(word.group().startsWith(".") ? word.group().substring(1) : word.group());
        }
        return parts;
    }
}

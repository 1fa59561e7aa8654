package io.fastmemory.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
    @Test
    void endsALineAtLfOrAtTheEndOfTheStream() throws IOException {
        assertThat(lines("", 10)).isEmpty();
        assertThat(lines("\n", 10)).containsExactly("");
        assertThat(lines("a\n\nb\r\n", 10)).containsExactly("a", "", "b\r");
        assertThat(lines("a\nbc", 10)).containsExactly("a", "bc");
    }

    @Test
    void keepsTheStartOfALineThatIsTooLong() throws IOException {
        assertThat(lines("abcdef\ngh\n", 3)).containsExactly("abc", "gh");
        assertThat(lines("x".repeat(200_000) + "\ny", 70_000)).containsExactly("x".repeat(70_000), "y");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void givesTheSameLinesHoweverTheStreamComes(long seed) throws IOException {
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            expected.add("z".repeat(random.nextInt(10) == 0 ? random.nextInt(150_000) : random.nextInt(40)));
        }
        String text = String.join("\n", expected) + "\n";
        InputStream inPieces = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public int read(byte[] bytes, int off, int len) {
                return super.read(bytes, off, Math.min(len, 1 + random.nextInt(9_000)));
            }
        };
        assertThat(read(new LineReader(inPieces, 1 << 20))).isEqualTo(expected);
    }

    private static List<String> lines(String text, int maxLineBytes) throws IOException {
        return read(new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), maxLineBytes));
    }

    private static List<String> read(LineReader reader) throws IOException {
        List<String> lines = new ArrayList<>();
        for (byte[] line = reader.read(); line != null; line = reader.read()) {
            lines.add(new String(line, StandardCharsets.UTF_8));
        }
        return lines;
    }
}

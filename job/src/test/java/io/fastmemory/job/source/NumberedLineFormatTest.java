package io.fastmemory.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Event;
import io.fastmemory.model.Query;
import io.fastmemory.model.timeline.TimelineLine;
import io.fastmemory.model.timeline.TimelineParser;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumberedLineFormatTest {
    @TempDir
    private Path folder;

    @Test
    void numbersLinesWhateverTheirEnds() throws IOException {
        assertThat(read("a\nb\r\nc\n")).containsExactly("1:a", "2:b", "3:c");
    }

    @Test
    void readsALastLineWithoutAnEnd() throws IOException {
        assertThat(read("a\nb")).containsExactly("1:a", "2:b");
        assertThat(read("a\nb\r")).containsExactly("1:a", "2:b");
        assertThat(read("")).isEmpty();
        assertThat(read("\n")).isEmpty();
    }

    @Test
    void passesOverEmptyLinesButCountsThem() throws IOException {
        assertThat(read("\n\r\na\n\n\nb\n\n")).containsExactly("3:a", "6:b");
    }

    @Test
    void dropsAByteOrderMarkAtTheStartOnly() throws IOException {
        assertThat(read("\uFEFFa\n\uFEFFb\n")).containsExactly("1:a", "2:\uFEFFb");
        assertThat(read("\uFEFF\nb")).containsExactly("2:b");
    }

    @Test
    void keepsCarriageReturnsWithinALine() throws IOException {
        assertThat(read("a\rb\n")).containsExactly("1:a\rb");
    }

    @Test
    void passesOnBytesThatAreNoUtf8() throws IOException {
        Path file = folder.resolve("stream.jsonl");
        Files.write(file, new byte[] {'a', (byte) 0xFF, '\n', 'b'});

        List<InputLine> lines = lines(file);

        assertThat(lines.get(0).bytes()).containsExactly('a', 0xFF);
        assertThat(lines).hasSize(2);
    }

    @Test
    void cutsALineBeyondTheLimitSoThatItIsADeadLetterAndReadsTheNext() throws IOException {
        Path file = folder.resolve("stream.jsonl");
        byte[] filler = new byte[1 << 20];
        java.util.Arrays.fill(filler, (byte) 'x');
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write("{\"kind\":\"event\",\"text\":\"".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 17; i++) {
                out.write(filler);
            }
            out.write("\"}\nnext\n".getBytes(StandardCharsets.UTF_8));
        }

        List<InputLine> lines = lines(file);

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).bytes()).hasSize(NumberedLineFormat.MAX_LINE_BYTES);
        assertThat(codeOf(lines.get(0))).isEqualTo(DeadLetterCode.MALFORMED_JSON);
        assertThat(new String(lines.get(1).bytes(), StandardCharsets.UTF_8)).isEqualTo("next");
        assertThat(lines.get(1).line()).isEqualTo(2);
    }

    private static DeadLetterCode codeOf(InputLine line) {
        return TimelineParser.parse(line.file(), line.line(), line.bytes())
                .match(new TimelineLine.Cases<DeadLetterCode>() {
                    @Override
                    public DeadLetterCode event(Event event) {
                        throw new AssertionError("expected a dead letter, found event " + event.eventId());
                    }

                    @Override
                    public DeadLetterCode query(Query query) {
                        throw new AssertionError("expected a dead letter, found query " + query.queryId());
                    }

                    @Override
                    public DeadLetterCode unusable(DeadLetter deadLetter) {
                        return deadLetter.code();
                    }
                });
    }

    private List<String> read(String content) throws IOException {
        Path file = folder.resolve("stream.jsonl");
        Files.writeString(file, content);
        return lines(file).stream()
                .map(line -> line.line() + ":" + new String(line.bytes(), StandardCharsets.UTF_8))
                .toList();
    }

    private static List<InputLine> lines(Path file) throws IOException {
        var path = new org.apache.flink.core.fs.Path(file.toUri());
        List<InputLine> lines = new ArrayList<>();
        try (var reader = new NumberedLineFormat("stream.jsonl")
                .createReader(new Configuration(), path.getFileSystem().open(path))) {
            InputLine line;
            while ((line = reader.read()) != null) {
                assertThat(line.file()).isEqualTo("stream.jsonl");
                lines.add(line);
            }
        }
        return lines;
    }
}

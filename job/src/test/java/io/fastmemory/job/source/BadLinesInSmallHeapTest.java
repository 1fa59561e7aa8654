package io.fastmemory.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.DeadLetter;
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
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A million bad lines, and one of 64 MiB, in a JVM of little heap. */
@Timeout(180)
class BadLinesInSmallHeapTest {
    private static final Logger LOG = LoggerFactory.getLogger(BadLinesInSmallHeapTest.class);
    private static final int BAD_LINES = 1_000_000;
    private static final int LONG_LINE_MEBIBYTES = 64;
    private static final List<String> BAD = List.of(
            "{\"kind\":\"event\",\"event_id\":\"cut",
            "not JSON at all",
            "{\"kind\":\"rumour\"}",
            "{\"kind\":\"event\",\"event_id\":\"no spaces please\",\"entity_id\":\"ann\"}",
            "[]",
            "{\"kind\":\"query\",\"query_id\":\"q\",\"entity_ids\":[]}");
    private static final String GOOD =
            "{\"kind\":\"event\",\"event_id\":\"good\",\"entity_id\":\"ann\",\"scope\":\"user\",\"offset_ms\":0,"
                    + "\"source\":\"chat\",\"text\":\"still read\",\"urgency\":\"normal\"}";

    @TempDir
    Path directory;

    @Test
    void makesADeadLetterOfEachInBoundedHeap() throws Exception {
        Path file = directory.resolve("stream.jsonl");
        write(file);
        long start = System.nanoTime();
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BadLinesInSmallHeapTest.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String counted = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).isZero();
        assertThat(counted.lines().toList()).last().isEqualTo("dead=" + (BAD_LINES + 1) + " events=1");
        LOG.info("bad_lines={} heap=128m seconds={}", BAD_LINES, (System.nanoTime() - start) / 1_000_000_000.0);
    }

    private static void write(Path file) throws IOException {
        byte[] filler = new byte[1 << 20];
        Arrays.fill(filler, (byte) 'x');
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            for (int i = 0; i < BAD_LINES; i++) {
                out.write(BAD.get(i % BAD.size()).getBytes(StandardCharsets.UTF_8));
                out.write('\n');
            }
            for (int i = 0; i < LONG_LINE_MEBIBYTES; i++) {
                out.write(filler);
            }
            out.write(('\n' + GOOD).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Reads the file as the job does, and counts. */
    public static void main(String[] arguments) throws IOException {
        var path = new org.apache.flink.core.fs.Path(arguments[0]);
        int[] counts = new int[2];
        try (var reader = new NumberedLineFormat("stream.jsonl")
                .createReader(new Configuration(), path.getFileSystem().open(path))) {
            for (InputLine line = reader.read(); line != null; line = reader.read()) {
                counts[isDead(line) ? 0 : 1]++;
            }
        }
        System.out.println("dead=" + counts[0] + " events=" + counts[1]);
    }

    private static boolean isDead(InputLine line) {
        return TimelineParser.parse(line.file(), line.line(), line.bytes()).match(new TimelineLine.Cases<Boolean>() {
            @Override
            public Boolean event(Event event) {
                return false;
            }

            @Override
            public Boolean query(Query query) {
                return false;
            }

            @Override
            public Boolean unusable(DeadLetter deadLetter) {
                return true;
            }
        });
    }
}

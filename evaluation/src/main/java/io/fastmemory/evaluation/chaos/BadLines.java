package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Lines that are not what they should be, put among those of a dataset. */
final class BadLines {
    /** What is wrong with a line. */
    enum Kind {
        CUT_JSON,
        UNKNOWN_KIND,
        BAD_ID,
        OVERSIZED_TEXT,
        REDELIVERED,
        CONFLICTING_ID,
        NOT_UTF_8
    }

    private BadLines() {}

    /**
     * Puts so many of them behind random lines of a dataset's stream.
     *
     * @return how many of each kind
     */
    static Map<String, Long> insert(Path dataset, int count, long seed) throws IOException {
        Path stream = dataset.resolve(Dataset.STREAM_FILE);
        List<String> lines = Files.readAllLines(stream);
        Random random = new Random(seed);
        int[] behind = random.ints(count, 0, lines.size()).sorted().toArray();
        Map<Kind, Long> counts = new EnumMap<>(Kind.class);
        int next = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(stream))) {
            for (int line = 0; line < lines.size(); line++) {
                write(out, lines.get(line).getBytes(StandardCharsets.UTF_8));
                for (; next < count && behind[next] == line; next++) {
                    Kind kind = Kind.values()[next % Kind.values().length];
                    write(out, bad(kind, lines.subList(0, line + 1), next));
                    counts.merge(kind, 1L, Long::sum);
                }
            }
        }
        Map<String, Long> named = new TreeMap<>();
        counts.forEach((kind, n) -> named.put("line " + kind.name().toLowerCase(Locale.ROOT), n));
        return named;
    }

    private static void write(OutputStream out, byte[] line) throws IOException {
        out.write(line);
        out.write('\n');
    }

    /** A bad line made of the newest event among {@code before}. */
    private static byte[] bad(Kind kind, List<String> before, int number) throws IOException {
        String original = event(before);
        ObjectNode event = (ObjectNode) Json.MAPPER.readTree(original);
        return switch (kind) {
            case CUT_JSON -> utf8(original.substring(0, original.length() / 2));
            case UNKNOWN_KIND -> utf8(event.put("kind", "rumour").toString());
            case BAD_ID -> utf8(event.put("event_id", "no spaces " + number).toString());
            case OVERSIZED_TEXT ->
                utf8(event.put("event_id", "huge-" + number)
                        .put("text", "x".repeat(Event.MAX_TEXT_BYTES + 1))
                        .toString());
            case REDELIVERED -> utf8(original);
            case CONFLICTING_ID ->
                utf8(event.put("text", "Something else, " + number).toString());
            case NOT_UTF_8 -> notUtf8(event.put("event_id", "latin-" + number));
        };
    }

    private static byte[] notUtf8(ObjectNode event) {
        byte[] line = utf8(event.put("text", "caf# at noon").toString());
        int place = new String(line, StandardCharsets.ISO_8859_1).indexOf("caf#") + 3;
        byte[] broken = Arrays.copyOf(line, line.length);
        broken[place] = (byte) 0xE9; // é in Latin-1
        return broken;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String event(List<String> before) {
        for (int line = before.size() - 1; line >= 0; line--) {
            if (before.get(line).contains("\"kind\":\"event\"")) {
                return before.get(line);
            }
        }
        throw new IllegalArgumentException("expected an event before the first bad line, found none");
    }
}

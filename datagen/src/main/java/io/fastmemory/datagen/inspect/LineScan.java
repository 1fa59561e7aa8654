package io.fastmemory.datagen.inspect;

import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.timeline.GoldLine;
import io.fastmemory.model.timeline.GoldParser;
import io.fastmemory.model.timeline.LineException;
import io.fastmemory.model.timeline.TimelineLine;
import io.fastmemory.model.timeline.TimelineParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;

/** One pass over a file of a dataset, line by line, with its digest. */
final class LineScan {
    private LineScan() {}

    /** What is done with one line. */
    private interface LineReader {
        boolean read(String file, long number, String line);
    }

    /** Reads {@code stream.jsonl}; returns its SHA-256. */
    static String stream(Path file, Consumer<Event> onEvent, Consumer<Query> onQuery) throws IOException {
        TimelineLine.Cases<Boolean> cases = new TimelineLine.Cases<>() {
            @Override
            public Boolean event(Event event) {
                onEvent.accept(event);
                return true;
            }

            @Override
            public Boolean query(Query query) {
                onQuery.accept(query);
                return true;
            }

            @Override
            public Boolean unusable(DeadLetter deadLetter) {
                throw new UncheckedIOException(new IOException(deadLetter.message()));
            }
        };
        return scan(
                file,
                (name, number, line) -> TimelineParser.parse(name, number, line).match(cases));
    }

    /** Reads {@code gold.jsonl}; returns its SHA-256. */
    static String gold(Path file, Consumer<GoldEvent> onEvent, Consumer<GoldQuery> onQuery) throws IOException {
        GoldLine.Cases<Boolean> cases = new GoldLine.Cases<>() {
            @Override
            public Boolean event(GoldEvent gold) {
                onEvent.accept(gold);
                return true;
            }

            @Override
            public Boolean query(GoldQuery gold) {
                onQuery.accept(gold);
                return true;
            }
        };
        return scan(
                file,
                (name, number, line) -> GoldParser.parse(name, number, line).match(cases));
    }

    private static String scan(Path file, LineReader reader) throws IOException {
        MessageDigest digest = sha256();
        try (DigestInputStream bytes = new DigestInputStream(Files.newInputStream(file), digest);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8), 1 << 16)) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                reader.read(file.toString(), number, line);
            }
        } catch (LineException e) {
            throw new IOException(e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package io.fastmemory.datagen;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Event;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The mode long at its full length of a million events, without the way to the disk. */
class LongDatasetITCase {
    /** SHA-256 of {@code stream.jsonl} of mode long, seed 7. */
    private static final String STREAM_SHA256 = "1046a949fb22d1e8b7c2a8f40e052aaace3ab894efe0a9fa88ff47e97e348f32";

    /** SHA-256 of {@code gold.jsonl} of mode long, seed 7. */
    private static final String GOLD_SHA256 = "e8aac4b73cfca2540a669837ff930923544224b79adb81aee6ed92901885a09b";

    @Test
    void writesTheSameMillionEventsForASeed() throws Exception {
        DigestOutputStream stream = new DigestOutputStream(OutputStream.nullOutputStream(), DatasetWriter.sha256());
        DigestOutputStream gold = new DigestOutputStream(OutputStream.nullOutputStream(), DatasetWriter.sha256());
        long[] lines = new long[2];
        try (LineWriter streamLines = new LineWriter(stream);
                LineWriter goldLines = new LineWriter(gold)) {
            new StreamGenerator(GeneratorConfig.longStream(7)).generate(new DatasetSink() {
                @Override
                public void event(Event event, GoldEvent label) throws IOException {
                    streamLines.write(event);
                    goldLines.write(label);
                    lines[0]++;
                }

                @Override
                public void query(Query query, GoldQuery label) throws IOException {
                    streamLines.write(query);
                    goldLines.write(label);
                    lines[1]++;
                }
            });
        }

        assertThat(lines).containsExactly(1_000_000, 100_000);
        assertThat(hex(stream)).isEqualTo(STREAM_SHA256);
        assertThat(hex(gold)).isEqualTo(GOLD_SHA256);
    }

    private static String hex(DigestOutputStream digest) {
        return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    }
}

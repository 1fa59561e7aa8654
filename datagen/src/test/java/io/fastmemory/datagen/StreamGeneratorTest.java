package io.fastmemory.datagen;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Dataset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Same seed, same bytes, on every machine. */
class StreamGeneratorTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"7, GOLD7", "1, GOLD1", "20260302, GOLD2"})
    void writesTheSameBytesForASeed(long seed, String sha256) throws Exception {
        new StreamGenerator(GeneratorConfig.small(seed)).writeTo(folder);

        assertThat(digestOfAllFiles(folder)).isEqualTo(sha256);
    }

    @Test
    void writesTheSameBytesUnderAnotherLocaleAndTimeZone() throws Exception {
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        new StreamGenerator(GeneratorConfig.small(7)).writeTo(folder.resolve("a"));
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            new StreamGenerator(GeneratorConfig.small(7)).writeTo(folder.resolve("b"));
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }

        assertThat(digestOfAllFiles(folder.resolve("b"))).isEqualTo(digestOfAllFiles(folder.resolve("a")));
    }

    @Test
    void describesItsFilesInDatasetJson() throws Exception {
        Dataset dataset = new StreamGenerator(GeneratorConfig.small(7)).writeTo(folder);

        assertThat(dataset.name()).isEqualTo("small-seed-7");
        assertThat(dataset.events()).isEqualTo(200);
        assertThat(dataset.queries()).isEqualTo(60);
        assertThat(DatasetReader.read(folder).dataset()).isEqualTo(dataset);
    }

    private static String digestOfAllFiles(Path folder) throws Exception {
        var digest = DatasetWriter.sha256();
        for (String name : new String[] {Dataset.DATASET_FILE, Dataset.STREAM_FILE, Dataset.GOLD_FILE}) {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(folder.resolve(name)));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}

package io.fastmemory.datagen;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.Dataset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
    @CsvSource({
        "7, 685bc01d91aa97afbe239ce46ab56b41c1ddfbda735ef13c63529d030dd309b4",
        "1, 489aed5de1465c4bfd78299e5cabce657dd3658f96a1ac34da124ccf7f302907",
        "20260302, dcb128c23ffd3b7319767a0e8a9551863507a7ce770b600c240511dee71e7340"
    })
    void writesTheSameBytesForASeed(long seed, String sha256) throws Exception {
        new StreamGenerator(GeneratorConfig.small(seed)).writeTo(folder);

        assertThat(digestOfAllFiles(folder)).isEqualTo(sha256);
    }

    @ParameterizedTest
    @CsvSource({
        "7, 3fb982430e06fee444b67515e80614ba2a33527699cd86b58612ac746bd3a409",
        "1, 2c8f6d342b8fd99afa3bb8d703496ec9a22b8b1fa1cad19d345337020bf6099f"
    })
    void writesTheSameBytesForASeedInModeMedium(long seed, String sha256) throws Exception {
        new StreamGenerator(GeneratorConfig.medium(seed)).writeTo(folder);

        assertThat(digestOfAllFiles(folder)).isEqualTo(sha256);
    }

    @ParameterizedTest
    @CsvSource({
        "7, 4de859e2b0fc178d422d276a95ba0260854616b8501ece45d8bcff23ed3b20a2",
        "1, 31bb6a5b50f4ceb7d7839f9d5a4c979fdedbcb5217853351a86a28a6d2ee7144"
    })
    void writesTheSameBytesForASeedInAShorterLong(long seed, String sha256) throws Exception {
        StreamShape shorter = StreamShape.longStream().withSize(20_000, 2_000, 5_000);
        new StreamGenerator(shorter.config("long", seed)).writeTo(folder);

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

    @Test
    void namesDatasetsOfAnotherShapeByTheirShape() throws Exception {
        StreamShape usual = StreamShape.medium().withSize(60, 10, 4);
        StreamShape noisy = usual.withPressure(8, new GeneratorConfig.Pressure(6, 6, 110, 70, 20, 0));
        StreamShape sparse = usual.withRate(200);

        Dataset dataset = named(noisy, usual, "noisy");
        assertThat(dataset.name()).matches("medium-seed-7-shaped-[0-9a-f]{8}");
        assertThat(dataset.generator()).isEqualTo("stream-generator 1, reshaped: {noise_percent=70}");
        assertThat(DatasetReader.read(folder.resolve("noisy")).dataset()).isEqualTo(dataset);
        assertThat(named(noisy, usual, "again").name()).isEqualTo(dataset.name());
        assertThat(named(sparse, usual, "sparse").name())
                .startsWith("medium-seed-7-shaped-")
                .isNotEqualTo(dataset.name());

        assertThat(named(usual, usual, "usual").name()).isEqualTo("medium-seed-7");
        assertThat(named(usual, usual, "usual").generator()).isEqualTo(StreamGenerator.VERSION);
    }

    private Dataset named(StreamShape shape, StreamShape usual, String name) throws Exception {
        return new StreamGenerator(shape.config("medium", 7), shape.otherThan(usual)).writeTo(folder.resolve(name));
    }

    @Test
    void saysHowFarItIs() throws Exception {
        List<Long> progress = new ArrayList<>();
        new StreamGenerator(GeneratorConfig.medium(7)).writeTo(folder, false, progress::add);

        assertThat(progress).hasSize(10).isSorted().endsWith(10_000L).startsWith(1_000L);
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

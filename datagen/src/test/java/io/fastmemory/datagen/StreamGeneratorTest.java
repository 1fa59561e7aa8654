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
        "7, 765588fdeee7a543fa57cc2607331380621eab10bfd5d65da4d74d3006b929b4",
        "1, b0385d427545e4a1c58b850759f7a585c4d305c2611323a813f16d97af62efff"
    })
    void writesTheSameBytesForASeedInModeMedium(long seed, String sha256) throws Exception {
        new StreamGenerator(GeneratorConfig.medium(seed)).writeTo(folder);

        assertThat(digestOfAllFiles(folder)).isEqualTo(sha256);
    }

    @ParameterizedTest
    @CsvSource({
        "7, 02e203348d3e3f692e0d6c651e8ac3686600c36ab7dd485b132e3c39f0f196bd",
        "1, a707dd6485ec011ffdcb153ff508baeee89957dd0a8ef6dac1b5b040a8d938d7"
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

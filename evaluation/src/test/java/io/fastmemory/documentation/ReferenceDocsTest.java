package io.fastmemory.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fastmemory.documentation.Documents.Document;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.TimeMetric;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Json;
import io.fastmemory.model.RejectionCode;
import io.fastmemory.model.scoring.CauseOfFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reference documents are complete, and their examples are valid. */
class ReferenceDocsTest {
    private static final Pattern SCHEMA_LINK = Pattern.compile("\\(([^()\\s]+/schemas/(\\w+)\\.schema\\.json)\\)");
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final Document metrics = Documents.of("docs/metrics.md");
    private final Document contracts = Documents.of("docs/contracts.md");

    @Test
    void everyTimeIsDefined() {
        assertThat(metrics.spans())
                .containsAll(
                        Arrays.stream(TimeMetric.values()).map(TimeMetric::key).toList());
    }

    @Test
    void everyRateIsDefined() {
        assertThat(metrics.spans())
                .containsAll(Arrays.stream(EvalSummary.QueryQuality.class.getRecordComponents())
                        .map(rate -> Json.MAPPER.getPropertyNamingStrategy().nameForField(null, null, rate.getName()))
                        .toList());
    }

    @Test
    void everyCauseOfFailureIsDefined() {
        assertThat(metrics.spans()).containsAll(words(CauseOfFailure.values()));
    }

    @Test
    void everyLiveMetricIsListed() throws IOException {
        Pattern registered = Pattern.compile("(?:counter|gauge|histogram)\\((?:getRuntimeContext\\(\\), )?\"(\\w+)\"");
        List<String> names = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Documents.ROOT.resolve("job/src/main/java"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                for (Matcher metric = registered.matcher(Files.readString(source)); metric.find(); ) {
                    names.add(metric.group(1));
                }
            }
        }

        assertThat(names).hasSizeGreaterThan(20);
        assertThat(metrics.spans()).containsAll(names);
    }

    @Test
    void everyCodeOfRefusalIsListed() {
        assertThat(contracts.spans())
                .containsAll(words(RejectionCode.values()))
                .containsAll(words(DeadLetterCode.values()));
    }

    @Test
    void everySchemaIsLinked() throws IOException {
        List<String> linked = new ArrayList<>();
        for (Matcher link = SCHEMA_LINK.matcher(contracts.text()); link.find(); ) {
            linked.add(link.group(2));
        }
        assertThat(linked)
                .containsAll(schemas("model/src/main/resources/schemas"))
                .containsAll(schemas("evaluation/src/main/resources/schemas"));
    }

    @Test
    void everyExampleIsValidAgainstTheSchemaLinkedBeforeIt() throws IOException {
        int examples = 0;
        for (Document.Block block : contracts.blocks()) {
            if (!block.language().equals("json")) {
                continue;
            }
            Schema schema = REGISTRY.getSchema(Json.MAPPER.readTree(Files.readString(schemaBefore(block))));
            try (MappingIterator<JsonNode> lines =
                    Json.MAPPER.readerFor(JsonNode.class).readValues(block.text())) {
                while (lines.hasNext()) {
                    JsonNode example = lines.next();
                    assertThat(schema.validate(example)).as(example.toString()).isEmpty();
                    examples++;
                }
            }
        }
        assertThat(examples).isGreaterThan(10);
    }

    private Path schemaBefore(Document.Block block) {
        String last = null;
        Matcher link = SCHEMA_LINK.matcher(contracts.text()).region(0, block.start());
        while (link.find()) {
            last = link.group(1);
        }
        assertThat(last).as("schema linked before %s", block.text()).isNotNull();
        return contracts.file().resolveSibling(last).normalize();
    }

    private static List<String> words(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static List<String> schemas(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Documents.ROOT.resolve(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".schema.json"))
                    .map(name -> name.substring(0, name.indexOf('.')))
                    .toList();
        }
    }
}

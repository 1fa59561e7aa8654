package io.fastmemory.connectors.index.pinecone;

import static io.fastmemory.connectors.index.Documents.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.fastmemory.connectors.index.MetadataSize;
import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.model.Fact;
import io.fastmemory.model.IndexDocument;
import io.fastmemory.model.Layer;
import io.fastmemory.model.Scope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DocumentMetadataTest {
    private static IndexDocument large(String content, int facts, int sources) {
        return new IndexDocument(
                "m",
                1,
                "ann",
                Scope.SESSION,
                null,
                Layer.FACT,
                content,
                IntStream.range(0, facts)
                        .mapToObj(i -> Fact.of("subject " + i, "attribute", "value ".repeat(20)))
                        .toList(),
                IntStream.range(0, sources)
                        .mapToObj(i -> "event-" + i + "-" + "x".repeat(90))
                        .toList(),
                false,
                1,
                2,
                3,
                null,
                false);
    }

    @Test
    void bringsADocumentBackAsItWas() {
        IndexDocument document = document("m", 7, "ann");
        Struct metadata = DocumentMetadata.of(document);
        assertThat(DocumentMetadata.read("m", metadata)).isEqualTo(document);
        assertThat(metadata.getFieldsMap().values()).noneMatch(Value::hasNullValue);
        assertThat(metadata.getFieldsMap()
                        .get("facts")
                        .getListValue()
                        .getValues(0)
                        .getStringValue())
                .startsWith("{\"subject\":\"Ann\"");
        assertThat(metadata.getFieldsMap().get("event_time_ms").hasNumberValue())
                .isTrue();
    }

    @Test
    void leavesOutWhatIsAbsent() {
        IndexDocument document = large("short", 0, 1);
        Struct metadata = DocumentMetadata.of(document);
        assertThat(metadata.getFieldsMap()).doesNotContainKeys("session_id", "event_time_ms", "facts_left_out");
        assertThat(DocumentMetadata.read("m", metadata)).isEqualTo(document);
    }

    @Test
    void cutsFactsFirst() {
        IndexDocument document = large("c".repeat(20_000), 300, 5);
        Struct metadata = DocumentMetadata.of(document);
        IndexDocument read = DocumentMetadata.read("m", metadata);

        assertThat(MetadataSize.bytes(metadata))
                .isBetween(DocumentMetadata.MAX_BYTES - 400, DocumentMetadata.MAX_BYTES);
        assertThat(read.content()).isEqualTo(document.content());
        assertThat(read.contentCut()).isFalse();
        assertThat(read.sourceEventIds()).isEqualTo(document.sourceEventIds());
        assertThat(read.facts())
                .isEqualTo(document.facts().subList(0, read.facts().size()));
        assertThat(metadata.getFieldsMap().get("facts_left_out").getNumberValue())
                .isEqualTo(300 - read.facts().size());
    }

    @Test
    void cutsOldSourcesBeforeTheContent() {
        IndexDocument document = large("c".repeat(20_000), 3, 1_000);
        Struct metadata = DocumentMetadata.of(document);
        IndexDocument read = DocumentMetadata.read("m", metadata);

        assertThat(MetadataSize.bytes(metadata)).isLessThanOrEqualTo(DocumentMetadata.MAX_BYTES);
        assertThat(read.content()).isEqualTo(document.content());
        assertThat(read.sourceEventIds())
                .hasSizeGreaterThan(DocumentMetadata.KEPT_SOURCES)
                .endsWith(document.sourceEventIds().get(999));
    }

    @Test
    void cutsTheContentLastAndSaysSo() {
        for (String content : List.of("é🙂\"\n".repeat(40_000), "plain ".repeat(50_000))) {
            IndexDocument document = large(content, 10, 50);
            Struct metadata = DocumentMetadata.of(document);
            IndexDocument read = DocumentMetadata.read("m", metadata);

            assertThat(MetadataSize.bytes(metadata))
                    .isBetween(DocumentMetadata.MAX_BYTES - 100, DocumentMetadata.MAX_BYTES);
            assertThat(read.contentCut()).isTrue();
            assertThat(read.facts()).isEmpty();
            assertThat(read.sourceEventIds()).hasSize(DocumentMetadata.KEPT_SOURCES);
            assertThat(content).startsWith(read.content());
            assertThat(Character.isHighSurrogate(
                            read.content().charAt(read.content().length() - 1)))
                    .isFalse();
        }
    }

    @Test
    void countsNoFewerBytesThanTheJsonHas() throws InvalidProtocolBufferException {
        Struct metadata = DocumentMetadata.of(large("é🙂\"\\\n\tplain", 3, 3));
        String json = JsonFormat.printer().omittingInsignificantWhitespace().print(metadata);
        assertThat(MetadataSize.bytes(metadata))
                .isBetween(json.getBytes(StandardCharsets.UTF_8).length, json.length() + 100);
    }

    @Test
    void namesTheFieldItCannotRead() {
        Struct metadata = DocumentMetadata.of(document("m", 1, "ann")).toBuilder()
                .putFields("layer", DocumentMetadata.text("dream"))
                .build();
        assertThatThrownBy(() -> DocumentMetadata.read("m", metadata))
                .isInstanceOf(VectorIndexException.class)
                .hasMessageStartingWith("metadata field layer of vector m must be one of");
        assertThatThrownBy(() -> DocumentMetadata.version("m", Struct.getDefaultInstance()))
                .hasMessage("metadata field version of vector m must be a number: absent");
    }
}

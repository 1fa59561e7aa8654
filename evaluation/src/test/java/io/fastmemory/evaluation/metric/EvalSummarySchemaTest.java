package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.evaluation.schema.RecordSchema;
import io.fastmemory.model.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class EvalSummarySchemaTest {
    private static final RecordSchema SCHEMA = RecordSchema.withNulls("eval_summary", EvalSummary.class);

    /** Run with {@code -Dschemas.write=true} to write the file anew. */
    @Test
    void checkedInSchemaIsThatOfTheType() throws IOException {
        String generated = SCHEMA.generated();

        assertThat(SCHEMA.file()).hasContent(generated);
    }

    @Test
    void acceptsASummaryWithNothingMeasuredAndWithEverythingMeasured() throws IOException {
        assertThat(SCHEMA.violations(Evaluator.json(SmallRun.summary()))).isEmpty();
        assertThat(SCHEMA.violations(Evaluator.json(SmallRun.emptySummary()))).isEmpty();
    }

    @Test
    void refusesASummaryWithoutOneOfItsKeys() throws IOException {
        for (String key : SmallRun.KEYS) {
            ObjectNode summary = (ObjectNode) Json.MAPPER.readTree(Evaluator.json(SmallRun.summary()));
            summary.remove(key);

            assertThat(SCHEMA.violations(summary.toString()))
                    .as("without " + key)
                    .isNotEmpty();
        }
    }
}

package io.fastmemory.model.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.model.EventCategory;
import io.fastmemory.model.GoldEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoldParserTest {
    @Test
    void readsTheLabelOfNoise() {
        assertThat(GoldParser.parse("gold.jsonl", 1, "{\"kind\":\"event\",\"event_id\":\"e\",\"category\":\"noise\"}"))
                .isEqualTo(new GoldLine.OfEvent(
                        new GoldEvent("e", EventCategory.NOISE, List.of(), null, List.of(), null)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        {"kind":"event","event_id":"e","category":"nois"}                                 | /category
        {"kind":"event","event_id":"e","category":"noise","label":1}                      | /label
        {"kind":"event","event_id":"e?","category":"noise"}                               | /event_id
        {"kind":"event","event_id":"e","category":"noise","facts":[{"subject":"s"}]}      | /facts/0/value
        {"kind":"event","event_id":"e","category":"noise","facts":[{"subject":"s","value":"v","aliases":[""]}]} | /facts/0/aliases/0
        {"kind":"gold"}                                                                   | /kind
        {"kind":"query","query_id":"q","category":"c"}                                    | /abstain
        {"kind":"query","query_id":"q","category":"c","abstain":false,"required":[]}      | /required
        {"kind":"query","query_id":"q","category":"c","abstain":true,"required":[{"ask_id":"a","fact":{"subject":"s","value":"v"},"evidence":["e"]}]} | /required
        {"kind":"query","query_id":"q","category":"c","abstain":false,"required":[{"ask_id":"a","fact":{"subject":"s","value":"v"},"evidence":[]}]} | /required/0/evidence
        {"kind":"query","query_id":"q","category":"c","abstain":false,"required":[{"ask_id":"a","evidence":["e"]}]} | /required/0/fact
        """)
    void namesFileLineAndField(String line, String field) {
        assertThatThrownBy(() -> GoldParser.parse("gold.jsonl", 17, line))
                .isInstanceOfSatisfying(LineException.class, e -> {
                    assertThat(e.file()).isEqualTo("gold.jsonl");
                    assertThat(e.line()).isEqualTo(17);
                    assertThat(e.field()).isEqualTo(field);
                    assertThat(e).hasMessageStartingWith("gold.jsonl line 17, field " + field + ": expected ");
                });
    }

    @Test
    void namesTheLineThatIsNoJson() {
        assertThatThrownBy(() -> GoldParser.parse("gold.jsonl", 2, "{"))
                .isInstanceOf(LineException.class)
                .hasMessageStartingWith("gold.jsonl line 2: expected one valid JSON object, found ");
    }
}

package io.fastmemory.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTextTest {
    private static final String OBJECT = "{\"actions\":[{\"type\":\"ignore_event\",\"event_id\":\"e}{\\\"1\"}]}";

    @Test
    void takesABareObjectAsItIs() {
        ReplyText.Extracted extracted = ReplyText.extractJson(" \n" + OBJECT + "\n");

        assertThat(extracted.json()).hasToString(OBJECT);
        assertThat(extracted.lenient()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```json\n%s\n```",
                "```\n%s\n```",
                "Sure! Here are the actions:\n%s\nLet me know.",
                "Here {as asked} it is: %s",
                "\uFEFF%s",
                "<think>{not json}</think>\n\n```json\n%s\n```\nDone.",
                "%s {\"actions\":[]}",
            })
    void findsTheObjectInItsDress(String dress) {
        ReplyText.Extracted extracted = ReplyText.extractJson(dress.replace("%s", OBJECT));

        assertThat(extracted.json()).hasToString(OBJECT);
        assertThat(extracted.error()).isNull();
        assertThat(extracted.lenient()).isTrue();
    }

    @Test
    void passesOverTrailingCommas() {
        assertThat(ReplyText.extractJson("{\"a\":[1,2,],}").json()).hasToString("{\"a\":[1,2]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "I cannot do that.",
                "[1,2]",
                "null",
                "{\"actions\":[",
                "{\"actions\":[}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":NaN}",
                "{'a':1}",
                "{\"a\":1,,}",
                "{",
                "}{",
            })
    void saysWhyThereIsNone(String reply) {
        ReplyText.Extracted extracted = ReplyText.extractJson(reply);

        assertThat(extracted.json()).isNull();
        assertThat(extracted.error()).startsWith("the ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\":", "[", "{}", "\"", "{\"a\":[", "x"})
    void survivesAMegabyteOfAnything(String piece) {
        String reply = piece.repeat(1_000_000 / piece.length());

        ReplyText.Extracted extracted = ReplyText.extractJson(reply);

        assertThat(extracted.json() == null).isEqualTo(extracted.error() != null);
    }

    @Test
    void readsAMegabyteOfContent() {
        String reply = "```json\n{\"text\":\"" + "y".repeat(1_000_000) + "\"}\n```";

        assertThat(ReplyText.extractJson(reply).json()).isNotNull();
    }

    @Test
    void refusesMoreThanTheLimit() {
        assertThat(ReplyText.extractJson(" ".repeat(ReplyText.MAX_CHARACTERS + 1))
                        .error())
                .contains("at most");
    }
}

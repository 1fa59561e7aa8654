package io.fastmemory.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement about a subject, as events, memories and gold labels hold it.
 *
 * @param subject what it is about, never blank
 * @param attribute which property of the subject, or {@code null} for free text
 * @param value the value as text, never blank
 * @param aliases other spellings of the value that count as equal
 * @param unit unit of a numeric value, or {@code null}
 */
public record Fact(
        String subject,
        @Nullable String attribute,
        String value,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> aliases,
        @Nullable String unit) {
    public Fact {
        if (subject == null || subject.isBlank()) {
            throw new IllegalArgumentException("subject of a fact must not be blank");
        }
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("value of a fact must not be blank (subject " + subject + ")");
        }
        aliases = aliases == null ? List.of() : List.copyOf(aliases);
    }

    /** A fact without aliases and unit. */
    public static Fact of(String subject, @Nullable String attribute, String value) {
        return new Fact(subject, attribute, value, List.of(), null);
    }
}

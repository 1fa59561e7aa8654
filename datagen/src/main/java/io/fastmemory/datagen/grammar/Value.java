package io.fastmemory.datagen.grammar;

import io.fastmemory.model.Fact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of an attribute with the ways it is written.
 *
 * @param value the canonical text
 * @param aliases other spellings that count as equal
 * @param unit unit of a number, or {@code null}
 * @param surfaces how events write it; each contains the value or an alias
 */
public record Value(
        String value, List<String> aliases, @Nullable String unit, List<String> surfaces) {
    public Value {
        aliases = List.copyOf(aliases);
        surfaces = List.copyOf(surfaces);
    }

    /** A value that has one spelling only. */
    static Value plain(String value) {
        return new Value(value, List.of(), null, List.of(value));
    }

    /** The fact that {@code subject} has this value. */
    public Fact asFact(String subject, String attribute) {
        return new Fact(subject, attribute, value, aliases, unit);
    }
}

package io.fastmemory.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The one shape of every id: {@code [A-Za-z0-9][A-Za-z0-9_.:-]{0,199}}. */
public final class Ids {
    /** Regular expression of an id, as it stands in the JSON Schemas. */
    public static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}";

    private static final Pattern COMPILED = Pattern.compile(PATTERN);

    private Ids() {}

    /** Whether {@code id} has the shape of an id. */
    public static boolean isValid(@Nullable String id) {
        return id != null && COMPILED.matcher(id).matches();
    }

    /**
     * Returns {@code id} unchanged.
     *
     * @param field the field's name in the contract, for the message
     * @throws IllegalArgumentException if it is absent or has another shape
     */
    public static String require(String field, @Nullable String id) {
        if (id == null || !COMPILED.matcher(id).matches()) {
            throw new IllegalArgumentException(field + " must match " + PATTERN + ": " + abbreviated(id));
        }
        return id;
    }

    private static String abbreviated(@Nullable String id) {
        if (id == null) {
            return "absent";
        }
        return id.length() <= 60 ? '"' + id + '"' : '"' + id.substring(0, 60) + "…\" (" + id.length() + " characters)";
    }
}

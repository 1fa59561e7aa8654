package io.fastmemory.evaluation.report;

import org.jspecify.annotations.Nullable;

/** Texts of a run at the length that the report shows. */
final class Clipped {
    /** Code points of a text that are shown. */
    static final int LIMIT = 240;

    private Clipped() {}

    /** The text, or its beginning and an ellipsis; {@code null} stays {@code null}. */
    static @Nullable String orNull(@Nullable String text) {
        return text == null ? null : text(text);
    }

    /** The text, or its beginning and an ellipsis. */
    static String text(String text) {
        return text.codePointCount(0, text.length()) <= LIMIT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LIMIT)) + " …";
    }
}

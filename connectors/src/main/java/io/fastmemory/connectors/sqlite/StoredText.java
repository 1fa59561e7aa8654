package io.fastmemory.connectors.sqlite;

import java.nio.charset.StandardCharsets;

/** Text as the file gives it back. */
final class StoredText {
    private StoredText() {}

    /**
     * The text with each half of a surrogate pair that stands alone replaced by a question mark, as storing it in UTF-8
     * does; otherwise a writer would see another text than later readers.
     */
    static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            }
        }
        return text;
    }
}

package io.fastmemory.model;

/**
 * One thing that is wrong with an answer.
 *
 * @param pointer JSON pointer of the place, empty for the whole
 * @param message what was expected and what came, as a plain sentence
 */
public record SchemaError(String pointer, String message) {
    @Override
    public String toString() {
        return (pointer.isEmpty() ? "the answer" : pointer) + ": " + message;
    }
}

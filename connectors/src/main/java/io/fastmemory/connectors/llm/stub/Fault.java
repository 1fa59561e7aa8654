package io.fastmemory.connectors.llm.stub;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a {@link LlmStubServer} can do wrong on purpose. */
public enum Fault {
    /** HTTP 429, with Retry-After if so configured. */
    RATE_LIMITED(Kind.STATUS),
    /** HTTP 429 that always asks for a wait: as configured, else a second. */
    RATE_LIMITED_WITH_WAIT(Kind.STATUS),
    /** HTTP 500. */
    SERVER_ERROR(Kind.STATUS),
    /** HTTP 503. */
    UNAVAILABLE(Kind.STATUS),
    /** HTTP 401, as after a key was revoked. */
    UNAUTHORIZED(Kind.STATUS),
    /** No answer; the connection stays open until the server closes or {@link StubOptions#hangTime()} is over. */
    HANG(Kind.TRANSPORT),
    /** The connection is closed without an answer. */
    DISCONNECT(Kind.TRANSPORT),
    /** An answer that comes byte by byte, over {@link StubOptions#hangTime()}. */
    DRIP(Kind.TRANSPORT),
    /** An answer of 64 MiB. */
    HUGE_BODY(Kind.TRANSPORT),
    /** An answer whose body breaks off before its announced end. */
    TRUNCATED_BODY(Kind.TRANSPORT),
    /** An answer of unknown length that breaks off within a chunk. */
    TRUNCATED_CHUNK(Kind.TRANSPORT),
    /** The answer's text loses its end, so it is no JSON any more. */
    BAD_JSON(Kind.TEXT),
    /** Prose instead of JSON. */
    PROSE(Kind.TEXT),
    /** The answer's text is empty. */
    EMPTY_TEXT(Kind.TEXT),
    /** The JSON object is followed by the beginning of another one. */
    TRAILING_GARBAGE(Kind.TEXT),
    /** An array instead of an object. */
    WRONG_ROOT(Kind.TEXT),
    /** An action of an unknown type. */
    UNKNOWN_ACTION(Kind.TEXT),
    /** The type of the first action is missing. */
    MISSING_FIELD(Kind.TEXT),
    /** Numbers where lists and texts belong. */
    WRONG_TYPES(Kind.TEXT),
    /** A number that is none, which JSON does not know. */
    NOT_A_NUMBER(Kind.TEXT),
    /** A field that comes twice. */
    DUPLICATE_KEY(Kind.TEXT),
    /** A text with half of a surrogate pair, escaped. */
    LONE_SURROGATE(Kind.TEXT),
    /** An action on a memory that was not shown. */
    FOREIGN_MEMORY(Kind.TEXT),
    /** An action that rests on an event that was not shown. */
    FOREIGN_SOURCE(Kind.TEXT),
    /** A memory without content. */
    EMPTY_CONTENT(Kind.TEXT),
    /** An indexing that is to happen before now. */
    NEGATIVE_DELAY(Kind.TEXT),
    /** The model refuses in plain words. */
    REFUSAL_TEXT(Kind.TEXT),
    /** The model refuses in the field for it, and there is no content. */
    REFUSAL_FIELD(Kind.REFUSAL),
    /** The answer stops in the middle, and says that it became too long. */
    CUT_BY_LENGTH(Kind.REFUSAL),
    /** The service's filter took the answer away. */
    CONTENT_FILTER(Kind.REFUSAL);

    /** What is wrong about an answer. */
    enum Kind {
        /** Its status says that there is none. */
        STATUS,
        /** It does not come as it should. */
        TRANSPORT,
        /** It comes well, and its text is not what was asked for. */
        TEXT,
        /** It comes well, and says that it is not an answer. */
        REFUSAL
    }

    private final Kind kind;

    Fault(Kind kind) {
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** Whether the answer's message has no content. */
    boolean hidesContent() {
        return this == REFUSAL_FIELD || this == CONTENT_FILTER;
    }

    /** The name on the command line: {@code rate-limited}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The fault of a name as {@link #toString()} gives it; case and underscores do not matter.
     *
     * @throws IllegalArgumentException naming all there are
     */
    public static Fault parse(String name) {
        for (Fault fault : values()) {
            if (fault.name().equalsIgnoreCase(name.replace('-', '_'))) {
                return fault;
            }
        }
        throw new IllegalArgumentException("expected one of "
                + Arrays.stream(values()).map(Fault::toString).collect(Collectors.joining(", ")) + ": " + name);
    }
}

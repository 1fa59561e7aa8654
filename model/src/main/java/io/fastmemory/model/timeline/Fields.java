package io.fastmemory.model.timeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Ids;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fields of one JSON object, each read with a check; a field that is not as it should be throws a {@link Defect}. */
final class Fields {
    /** The largest integer every JSON reader keeps exactly. */
    static final long MAX_INTEGER = (1L << 53) - 1;

    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final int MAX_FOUND = 80;

    private final ObjectNode object;
    private final String pointer;

    Fields(ObjectNode object, String pointer) {
        this.object = object;
        this.pointer = pointer;
    }

    /** JSON pointer of a field of this object. */
    String at(String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** The field's value, or {@code null} if it is absent or null. */
    @Nullable
    JsonNode value(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** The field as text without any check, or {@code null}; for messages. */
    @Nullable
    String peek(String name) {
        JsonNode value = object.get(name);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    Iterator<Map.Entry<String, JsonNode>> entries() {
        return object.properties().iterator();
    }

    String id(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isTextual() || !Ids.isValid(value.textValue())) {
            throw badId(at(name), value);
        }
        return value.textValue();
    }

    @Nullable
    String optionalId(String name) {
        return value(name) == null ? null : id(name);
    }

    /** An array of ids without repetition. */
    List<String> ids(String name, boolean mayBeEmpty) {
        Set<String> ids = new LinkedHashSet<>();
        for (JsonNode element : array(name, mayBeEmpty)) {
            if (!element.isTextual() || !Ids.isValid(element.textValue())) {
                throw badId(at(name) + "/" + ids.size(), element);
            }
            if (!ids.add(element.textValue())) {
                throw bad(at(name) + "/" + ids.size(), "an id that was not named before", describe(element));
            }
        }
        return List.copyOf(ids);
    }

    /** Refuses an array of more than {@code most} elements before they are read. */
    void atMost(String name, int most) {
        JsonNode value = object.get(name);
        if (value != null && value.isArray() && value.size() > most) {
            throw bad(at(name), "an array of at most " + most + " elements", value.size() + " elements");
        }
    }

    /** A text of well-formed Unicode that is not blank. */
    String text(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isTextual() || value.textValue().isBlank()) {
            throw bad(name, "a text that is not blank");
        }
        return wellFormed(at(name), value.textValue());
    }

    @Nullable
    String optionalText(String name) {
        return value(name) == null ? null : text(name);
    }

    String textOr(String name, String absent) {
        return value(name) == null ? absent : text(name);
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        if (value(name) != null) {
            for (JsonNode element : array(name, true)) {
                String at = at(name) + "/" + texts.size();
                if (!element.isTextual() || element.textValue().isBlank()) {
                    throw bad(at, "a text that is not blank", describe(element));
                }
                texts.add(wellFormed(at, element.textValue()));
            }
        }
        return texts;
    }

    long integer(String name, long least) {
        return integer(name, least, MAX_INTEGER);
    }

    long integer(String name, long least, long most) {
        JsonNode value = object.get(name);
        if (value == null
                || !value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw bad(name, "an integer from " + least + " to " + most);
        }
        return value.longValue();
    }

    @Nullable
    Long optionalInteger(String name, long least) {
        return value(name) == null ? null : integer(name, least);
    }

    boolean bool(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isBoolean()) {
            throw bad(name, "true or false");
        }
        return value.booleanValue();
    }

    @Nullable
    Instant optionalInstant(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (value.isTextual()) {
            try {
                Instant instant = Instant.parse(value.textValue());
                if (!instant.isBefore(EARLIEST) && !instant.isAfter(LATEST)) {
                    return instant;
                }
            } catch (DateTimeException e) {
                throw bad(name, "an ISO-8601 instant such as 2026-01-31T09:30:00Z");
            }
        }
        throw bad(name, "an ISO-8601 instant of the years 0 to 9999 such as 2026-01-31T09:30:00Z");
    }

    <E extends Enum<E>> E oneOf(String name, Class<E> type) {
        JsonNode value = object.get(name);
        if (value != null && value.isTextual()) {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().toLowerCase(Locale.ROOT).equals(value.textValue())) {
                    return constant;
                }
            }
        }
        String words = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw bad(name, "one of " + words);
    }

    <E extends Enum<E>> E oneOf(String name, Class<E> type, E absent) {
        return value(name) == null ? absent : oneOf(name, type);
    }

    Fields object(String name) {
        if (!(object.get(name) instanceof ObjectNode inner)) {
            throw bad(name, "an object");
        }
        return new Fields(inner, at(name));
    }

    /** An array of objects, each read by {@code reader}. */
    <T> List<T> objects(String name, boolean mayBeEmpty, Function<Fields, T> reader) {
        List<T> read = new ArrayList<>();
        for (JsonNode element : array(name, mayBeEmpty)) {
            String at = at(name) + "/" + read.size();
            if (!(element instanceof ObjectNode inner)) {
                throw bad(at, "an object", describe(element));
            }
            read.add(reader.apply(new Fields(inner, at)));
        }
        return read;
    }

    /** Fails on a field that is not among {@code known}. */
    void nothingBut(String... known) {
        Set<String> names = new HashSet<>(Arrays.asList(known));
        object.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                throw bad(at(name), "no field of this name", describe(object.get(name)));
            }
        });
    }

    Defect bad(String name, String expected) {
        return bad(at(name), expected, describe(object.get(name)));
    }

    static Defect bad(String pointer, String expected, String found) {
        return new Defect(DeadLetterCode.BAD_FIELD, pointer, expected, found);
    }

    static String wellFormed(String pointer, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw bad(pointer, "well-formed Unicode", "half of a surrogate pair");
                }
                i++;
            }
        }
        return text;
    }

    /** A JSON value in a few words, for messages. */
    static String describe(@Nullable JsonNode value) {
        if (value == null || value.isMissingNode()) {
            return "nothing";
        }
        if (value.isObject()) {
            return "an object";
        }
        if (value.isArray()) {
            return value.isEmpty() ? "an empty array" : "an array";
        }
        if (value.isTextual()) {
            return '"' + abbreviated(value.textValue()) + '"';
        }
        return abbreviated(value.asText());
    }

    private JsonNode array(String name, boolean mayBeEmpty) {
        JsonNode value = object.get(name);
        if (value == null || !value.isArray() || (value.isEmpty() && !mayBeEmpty)) {
            throw bad(name, mayBeEmpty ? "an array" : "an array of at least one element");
        }
        return value;
    }

    private static Defect badId(String pointer, @Nullable JsonNode value) {
        return new Defect(DeadLetterCode.BAD_ID, pointer, "an id that matches " + Ids.PATTERN, describe(value));
    }

    private static String abbreviated(String text) {
        if (text.length() <= MAX_FOUND) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_FOUND - 1)) ? MAX_FOUND - 1 : MAX_FOUND;
        return text.substring(0, end) + "… (" + text.length() + " characters)";
    }
}

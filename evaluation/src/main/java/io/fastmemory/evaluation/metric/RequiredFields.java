package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Finds what a JSON document lacks of a record, its records within and what its lists and maps hold. */
public final class RequiredFields {
    private RequiredFields() {}

    /**
     * What of a record is absent or null though its type does not allow it.
     *
     * @param document as it was read; what is of another type than the record's is left to whoever binds it
     * @return {@code object} if there is none, the JSON pointer of the first such field, or {@code null} without any
     */
    public static @Nullable String absent(JsonNode document, Class<? extends Record> type) {
        return isAbsent(document) ? "object" : ofRecord(document, type, "");
    }

    private static @Nullable String ofRecord(JsonNode object, Class<?> type, String at) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
            String absent = of(object.path(name), component.getAnnotatedType(), at + "/" + name);
            if (absent != null) {
                return absent;
            }
        }
        return null;
    }

    private static @Nullable String of(JsonNode value, AnnotatedType type, String at) {
        if (isAbsent(value)) {
            return type.isAnnotationPresent(Nullable.class) ? null : at;
        }
        if (type instanceof AnnotatedParameterizedType container) {
            return held(value, container, at);
        }
        return value.isObject() && type.getType() instanceof Class<?> named && named.isRecord()
                ? ofRecord(value, named, at)
                : null;
    }

    /** What a list holds is its only parameter, what a map holds its last. */
    private static @Nullable String held(JsonNode container, AnnotatedParameterizedType type, String at) {
        AnnotatedType[] parameters = type.getAnnotatedActualTypeArguments();
        AnnotatedType held = parameters[parameters.length - 1];
        for (Iterator<String> names = container.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            String absent = of(container.path(name), held, at + "/" + name);
            if (absent != null) {
                return absent;
            }
        }
        for (int i = 0; container.isArray() && i < container.size(); i++) {
            String absent = of(container.get(i), held, at + "/" + i);
            if (absent != null) {
                return absent;
            }
        }
        return null;
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isNull() || value.isMissingNode();
    }
}

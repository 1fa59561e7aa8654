package io.fastmemory.evaluation.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.fastmemory.model.Json;
import io.fastmemory.model.LineReader;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Strict reading of a JSON Lines file, one line in memory at a time. */
public final class JsonLines {
    /** The components of each type of record that may not be {@code null}. */
    private static final ClassValue<RecordComponent[]> REQUIRED = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            return components == null
                    ? new RecordComponent[0]
                    : Arrays.stream(components)
                            .filter(component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
                            .toArray(RecordComponent[]::new);
        }
    };

    private JsonLines() {}

    /** Receives each line in the order of the file. */
    public interface Visitor<T> {
        /**
         * Takes one line.
         *
         * @param line number of the line, from 1
         * @param bytes the line as it stands in the file, without its end
         */
        void visit(T value, long line, byte[] bytes) throws IOException;
    }

    /**
     * Reads every line of {@code file}.
     *
     * @throws InvalidRolloutException at the first line that is empty, torn or not a valid {@code type}
     */
    public static <T> void read(Path file, Class<T> type, Visitor<T> visitor) throws IOException {
        read(file, type, line -> true, visitor);
    }

    /** Reads the lines of {@code file} whose number is {@code wanted}; the others are not looked at. */
    static <T> void read(Path file, Class<T> type, LongPredicate wanted, Visitor<T> visitor) throws IOException {
        try (LineReader lines = new LineReader(Files.newInputStream(file), Integer.MAX_VALUE)) {
            long number = 1;
            for (byte[] line = lines.read(); line != null; line = lines.read()) {
                if (wanted.test(number)) {
                    visitor.visit(parse(file, number, line, type), number, line);
                }
                number++;
            }
        }
    }

    private static <T> T parse(Path file, long line, byte[] bytes, Class<T> type) throws IOException {
        String expected = "expected a complete JSON object of kind " + type.getSimpleName();
        if (bytes.length == 0) {
            throw new InvalidRolloutException(file, line, expected + ", found an empty line");
        }
        T value;
        try {
            value = Json.MAPPER.readValue(bytes, type);
        } catch (JsonProcessingException e) {
            throw new InvalidRolloutException(file, line, expected + ", found " + found(e, bytes.length));
        }
        if (value == null) {
            throw new InvalidRolloutException(file, line, expected + ", found null");
        }
        String absent = absentComponent(value);
        if (absent != null) {
            throw new InvalidRolloutException(
                    file, line, expected + ", found no " + absent + " in " + simpleName(value) + " line");
        }
        return value;
    }

    private static String simpleName(Object value) {
        return value.getClass().getSimpleName();
    }

    private static String found(JsonProcessingException e, int length) {
        if (e instanceof JsonEOFException || e.getCause() instanceof JsonEOFException) {
            return "a line cut off after " + length + " bytes";
        }
        String where = e instanceof JsonMappingException mapping ? "at " + pointer(mapping) : "something else";
        return where + ": " + cause(e);
    }

    private static String cause(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        return message == null ? "not JSON" : message.lines().findFirst().orElse("not JSON");
    }

    private static String pointer(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> "/" + (step.getFieldName() == null ? step.getIndex() : step.getFieldName()))
                .collect(Collectors.joining());
    }

    /** The first component of a record that is {@code null} though its type does not allow it. */
    private static @Nullable String absentComponent(Object value) {
        for (RecordComponent component : REQUIRED.get(value.getClass())) {
            if (valueOf(component, value) == null) {
                return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
            }
        }
        return null;
    }

    private static @Nullable Object valueOf(RecordComponent component, Object value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component + " of a public record", e);
        }
    }
}

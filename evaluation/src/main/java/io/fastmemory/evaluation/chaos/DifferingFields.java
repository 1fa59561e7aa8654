package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.model.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The fields in which two objects differ, by their names in JSON. */
final class DifferingFields {
    private DifferingFields() {}

    /** Compares what two records of a kind are written as. */
    static List<String> of(Object expected, Object found) {
        return of(Json.MAPPER.<JsonNode>valueToTree(expected), Json.MAPPER.<JsonNode>valueToTree(found));
    }

    static List<String> of(JsonNode expected, JsonNode found) {
        Set<String> names = new TreeSet<>();
        expected.fieldNames().forEachRemaining(names::add);
        found.fieldNames().forEachRemaining(names::add);
        return names.stream()
                .filter(name -> !expected.path(name).equals(found.path(name)))
                .toList();
    }
}

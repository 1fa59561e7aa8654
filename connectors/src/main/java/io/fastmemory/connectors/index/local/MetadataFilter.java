package io.fastmemory.connectors.index.local;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A metadata filter in the query language of Pinecone: {@code $eq $ne $gt $gte $lt $lte $in $nin $exists $and $or}.
 * A list matches {@code $eq} and {@code $in} when one of its elements does; {@code $ne} and {@code $nin} are the
 * negations, so a record without the field matches them.
 *
 * @see <a href="https://docs.pinecone.io/guides/search/filter-by-metadata">Filter by metadata</a>
 */
final class MetadataFilter {
    /** Where records with a field's value are, for fields that are indexed. */
    interface Postings {
        /** Slots of records whose field has this value, or {@code null} if the field is not indexed. */
        @Nullable
        Collection<Integer> slots(String field, String value);
    }

    /** The slots that can match at most, or {@code null} when any can. */
    private interface Candidates {
        @Nullable
        Collection<Integer> among(Postings postings);
    }

    private static final Candidates ANY = postings -> null;

    private final Predicate<Struct> predicate;
    private final Candidates candidates;

    private MetadataFilter(Predicate<Struct> predicate, Candidates candidates) {
        this.predicate = predicate;
        this.candidates = candidates;
    }

    /**
     * Reads a filter; an empty one matches everything.
     *
     * @throws IllegalArgumentException if it uses an unknown operator or an operand of the wrong type
     */
    static MetadataFilter parse(Struct filter) {
        List<MetadataFilter> parts = new ArrayList<>();
        filter.getFieldsMap().forEach((key, value) -> {
            if (key.equals("$and") || key.equals("$or")) {
                List<MetadataFilter> nested = new ArrayList<>();
                for (Value part : list(key, value)) {
                    if (!part.hasStructValue()) {
                        throw new IllegalArgumentException(key + " takes a list of filters: " + part.getKindCase());
                    }
                    nested.add(parse(part.getStructValue()));
                }
                if (nested.isEmpty()) {
                    throw new IllegalArgumentException(key + " takes at least one filter: none");
                }
                parts.add(key.equals("$and") ? all(nested) : any(nested));
            } else if (key.startsWith("$")) {
                throw new IllegalArgumentException("filter operator must be $and or $or at this place: " + key);
            } else if (value.hasStructValue()) {
                value.getStructValue()
                        .getFieldsMap()
                        .forEach((operator, operand) -> parts.add(condition(key, operator, operand)));
            } else {
                parts.add(condition(key, "$eq", value));
            }
        });
        return parts.size() == 1 ? parts.get(0) : all(parts);
    }

    /** Whether a record with this metadata matches. */
    boolean matches(Struct metadata) {
        return predicate.test(metadata);
    }

    /** A superset of the matching slots without duplicates, or {@code null} when every record must be looked at. */
    @Nullable
    Collection<Integer> candidates(Postings postings) {
        return candidates.among(postings);
    }

    private static MetadataFilter all(List<MetadataFilter> parts) {
        return new MetadataFilter(
                metadata -> {
                    for (MetadataFilter part : parts) {
                        if (!part.matches(metadata)) {
                            return false;
                        }
                    }
                    return true;
                },
                postings -> {
                    Collection<Integer> smallest = null;
                    for (MetadataFilter part : parts) {
                        Collection<Integer> slots = part.candidates(postings);
                        if (slots != null && (smallest == null || slots.size() < smallest.size())) {
                            smallest = slots;
                        }
                    }
                    return smallest;
                });
    }

    private static MetadataFilter any(List<MetadataFilter> parts) {
        return new MetadataFilter(
                metadata -> {
                    for (MetadataFilter part : parts) {
                        if (part.matches(metadata)) {
                            return true;
                        }
                    }
                    return false;
                },
                postings -> {
                    Set<Integer> union = new HashSet<>();
                    for (MetadataFilter part : parts) {
                        Collection<Integer> slots = part.candidates(postings);
                        if (slots == null) {
                            return null;
                        }
                        union.addAll(slots);
                    }
                    return union;
                });
    }

    private static MetadataFilter condition(String field, String operator, Value operand) {
        switch (operator) {
            case "$eq":
                return oneOf(field, List.of(scalar(operator, operand)));
            case "$ne":
                return not(oneOf(field, List.of(scalar(operator, operand))));
            case "$in":
                return oneOf(field, scalars(operator, operand));
            case "$nin":
                return not(oneOf(field, scalars(operator, operand)));
            case "$gt":
                double above = number(operator, operand);
                return compared(field, number -> number > above);
            case "$gte":
                double least = number(operator, operand);
                return compared(field, number -> number >= least);
            case "$lt":
                double below = number(operator, operand);
                return compared(field, number -> number < below);
            case "$lte":
                double most = number(operator, operand);
                return compared(field, number -> number <= most);
            case "$exists":
                if (!operand.hasBoolValue()) {
                    throw new IllegalArgumentException("$exists takes true or false: " + operand.getKindCase());
                }
                boolean wanted = operand.getBoolValue();
                return new MetadataFilter(metadata -> metadata.containsFields(field) == wanted, ANY);
            default:
                throw new IllegalArgumentException("filter operator must be one of $eq $ne $gt $gte $lt $lte $in $nin"
                        + " $exists for field " + field + ": " + operator);
        }
    }

    private static MetadataFilter oneOf(String field, List<Value> values) {
        Set<Value> wanted = new HashSet<>(values);
        return new MetadataFilter(
                metadata -> {
                    Value value = metadata.getFieldsMap().get(field);
                    if (value == null) {
                        return false;
                    }
                    if (!value.hasListValue()) {
                        return wanted.contains(value);
                    }
                    for (Value element : value.getListValue().getValuesList()) {
                        if (wanted.contains(element)) {
                            return true;
                        }
                    }
                    return false;
                },
                postings -> {
                    Set<Integer> union = new HashSet<>();
                    for (Value value : wanted) {
                        Collection<Integer> slots =
                                value.hasStringValue() ? postings.slots(field, value.getStringValue()) : null;
                        if (slots == null) {
                            return null;
                        }
                        if (wanted.size() == 1) {
                            return slots;
                        }
                        union.addAll(slots);
                    }
                    return union;
                });
    }

    private static MetadataFilter not(MetadataFilter filter) {
        return new MetadataFilter(metadata -> !filter.matches(metadata), ANY);
    }

    private static MetadataFilter compared(String field, DoublePredicate test) {
        return new MetadataFilter(
                metadata -> {
                    Value value = metadata.getFieldsMap().get(field);
                    return value != null && value.hasNumberValue() && test.test(value.getNumberValue());
                },
                ANY);
    }

    private static List<Value> list(String operator, Value value) {
        if (!value.hasListValue()) {
            throw new IllegalArgumentException(operator + " takes a list: " + value.getKindCase());
        }
        return value.getListValue().getValuesList();
    }

    private static List<Value> scalars(String operator, Value value) {
        List<Value> values = list(operator, value);
        for (Value element : values) {
            scalar(operator, element);
        }
        return values;
    }

    private static Value scalar(String operator, Value value) {
        if (!value.hasStringValue() && !value.hasNumberValue() && !value.hasBoolValue()) {
            throw new IllegalArgumentException(
                    operator + " takes strings, numbers or booleans: " + value.getKindCase());
        }
        return value;
    }

    private static double number(String operator, Value value) {
        if (!value.hasNumberValue()) {
            throw new IllegalArgumentException(operator + " takes a number: " + value.getKindCase());
        }
        return value.getNumberValue();
    }
}

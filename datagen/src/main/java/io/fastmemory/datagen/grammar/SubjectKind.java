package io.fastmemory.datagen.grammar;

import java.util.List;
import java.util.function.IntFunction;

/**
 * A kind of thing facts are about, with its names and its attributes.
 *
 * @param size how many different names it has
 * @param names the name of each index below {@code size}
 * @param article whether sentences put {@code the} before the name
 * @param attributes what can be said of it
 */
public record SubjectKind(int size, IntFunction<String> names, boolean article, List<Attribute> attributes) {
    public SubjectKind {
        attributes = List.copyOf(attributes);
    }

    /** A kind whose names are every pair of a {@code first} and a {@code second} word, then {@code suffix}. */
    static SubjectKind pairs(
            List<String> first, List<String> second, String suffix, boolean article, Attribute... attributes) {
        return new SubjectKind(
                first.size() * second.size(),
                index -> first.get(index % first.size()) + ' ' + second.get(index / first.size()) + suffix,
                article,
                List.of(attributes));
    }

    /** A kind whose names are single words with a suffix. */
    static SubjectKind words(List<String> words, String suffix, boolean article, Attribute... attributes) {
        return new SubjectKind(words.size(), index -> words.get(index) + suffix, article, List.of(attributes));
    }

    /** A kind whose subjects are people. */
    static SubjectKind people(Attribute... attributes) {
        return new SubjectKind(People.count(), People::name, false, List.of(attributes));
    }

    /** The subject of an index below {@link #size}. */
    public Subject subject(int index) {
        return subject(index, 0);
    }

    /** The same of a later generation: once all names were used, they are used again with a number. */
    public Subject subject(int index, int generation) {
        String name = generation == 0 ? names.apply(index) : names.apply(index) + ' ' + (generation + 1);
        return new Subject(name, article ? "the " + name : name);
    }
}

package io.fastmemory.datagen.grammar;

import java.util.List;
import java.util.stream.IntStream;

/** Names of people: a small set of first and last names, so that many people share one of them. */
final class People {
    private static final List<String> FIRST = List.of(
            "Dana", "Milo", "Ines", "Tariq", "Greta", "Owen", "Leila", "Jonas", "Priya", "Marek", "Nadia", "Felix");
    private static final List<String> LAST = List.of(
            "Whitfield",
            "Okafor",
            "Lindqvist",
            "Moreau",
            "Castell",
            "Brandt",
            "Sato",
            "Novak",
            "Ferreira",
            "Haddad",
            "Keller",
            "Oyelaran");

    private static final List<String> NAMES = IntStream.range(0, FIRST.size() * LAST.size())
            .mapToObj(index -> FIRST.get(index % FIRST.size()) + ' ' + LAST.get(index / FIRST.size()))
            .toList();

    private People() {}

    static int count() {
        return NAMES.size();
    }

    static String name(int index) {
        return NAMES.get(index);
    }

    static String draw(SplitMix64 random) {
        return name(random.nextInt(count()));
    }
}

package io.fastmemory.datagen.imports;

import io.fastmemory.datagen.imports.ImportReport.Finding;
import io.fastmemory.datagen.imports.ImportReport.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What an import found, counted in full and told up to a bound, so that a long import does not fill memory. */
public final class Findings {
    private static final int MOST_TOLD = 1_000;

    private final List<Finding> told = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();

    /** Findings of an import which may have those of {@code kinds}; each is counted, if only as zero. */
    public Findings(Kind... kinds) {
        Arrays.stream(kinds).forEach(kind -> counts.put(key(kind), 0L));
    }

    /** Adds what was found at a place: file, and pointer or line. */
    public void add(Kind kind, String place, String message) {
        counts.merge(key(kind), 1L, Long::sum);
        if (told.size() < MOST_TOLD) {
            told.add(new Finding(kind, place, message));
        }
    }

    /** The first thousand. */
    public List<Finding> told() {
        return List.copyOf(told);
    }

    /** Number of each kind, by the name of the kind in small letters. */
    public Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    private static String key(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}

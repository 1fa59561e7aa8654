package io.fastmemory.evaluation.suite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads which seeds a suite has: {@code 1..5}, {@code 1,2,7} or both. */
public final class Seeds {
    private static final Pattern PART = Pattern.compile("(\\d{1,18})(?:\\.\\.(\\d{1,18}))?");
    private static final int MOST = 1_000;

    private Seeds() {}

    /**
     * The seeds of a text, in its order.
     *
     * @throws IllegalArgumentException if a part is neither a number nor a range, a seed comes twice, or there are too many
     */
    public static List<Long> parse(String text) {
        Set<Long> seeds = new LinkedHashSet<>();
        for (String part : text.split(",", -1)) {
            Matcher range = PART.matcher(part.strip());
            if (!range.matches()) {
                throw new IllegalArgumentException("expected seeds such as 1..5 or 1,2,7: " + text);
            }
            long first = Long.parseLong(range.group(1));
            long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
            if (last < first) {
                throw new IllegalArgumentException("expected a range of seeds to rise: " + part.strip());
            }
            if (last - first >= MOST || seeds.size() + (last - first) >= MOST) {
                throw new IllegalArgumentException("expected at most " + MOST + " seeds: " + text);
            }
            for (long seed = first; seed <= last; seed++) {
                if (!seeds.add(seed)) {
                    throw new IllegalArgumentException("expected each seed once, found " + seed + " again: " + text);
                }
            }
        }
        return List.copyOf(new ArrayList<>(seeds));
    }
}

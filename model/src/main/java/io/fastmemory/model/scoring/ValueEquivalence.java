package io.fastmemory.model.scoring;

import io.fastmemory.model.Fact;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Whether two values are the same value, differently spelled. Always compared as a whole, never as sentences: {@code not Berlin} and
 * {@code Berlin or Paris} are other values than {@code Berlin}. Equal are
 *
 * <ul>
 *   <li>texts that differ in case, Unicode form, punctuation, a leading {@code the}, or the spelling of numbers ({@code 1,425},
 *       {@code two}, {@code 3rd});
 *   <li>quantities of the same amount in units of the same kind ({@code 5 km} and {@code 5000 m}, {@code $5} and
 *       {@code five dollars}, {@code 1 h 30 min} and {@code 90 minutes});
 *   <li>dates and times of day of the same precision ({@code 2023-05-08} and {@code May 8th, 2023}, {@code 3 pm} and {@code 15:00});
 *   <li>each of these with one of the gold fact's aliases.
 * </ul>
 *
 * <p>Where the gold fact has a unit of its own, a value may leave it out but may not have another.
 */
public final class ValueEquivalence {
    private ValueEquivalence() {}

    /** Whether {@code value} is the gold fact's value. */
    public static boolean equivalent(Fact gold, String value) {
        NormalText given = NormalText.of(value);
        for (String spelling : spellings(gold)) {
            NormalText expected = NormalText.of(spelling);
            if (gold.unit() == null) {
                if (same(expected, given)) {
                    return true;
                }
            } else if (expected.same(given) || same(NormalText.of(spelling + " " + gold.unit()), given)) {
                return true;
            } else if (!isNumber(expected) && same(expected, given)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a stated fact has the gold fact's value; subjects and attributes are not looked at, nor the stated fact's aliases, so
     * that a statement cannot hedge.
     */
    public static boolean equivalent(Fact gold, Fact stated) {
        if (stated.unit() == null) {
            return equivalent(gold, stated.value());
        }
        String withUnit = stated.value() + " " + stated.unit();
        if (gold.unit() != null && isNumber(NormalText.of(stated.value()))) {
            return equivalent(gold, withUnit);
        }
        return equivalent(gold, stated.value()) || equivalent(gold, withUnit);
    }

    /** Whether two names are of the same subject: equal but for case, Unicode form and punctuation. */
    public static boolean sameSubject(String subject, String other) {
        return NormalText.of(subject).same(NormalText.of(other));
    }

    /**
     * A key under which a subject can be looked up: names of the same subject have the same key. Names with the same key may
     * still be different subjects; {@link #sameSubject} decides.
     */
    public static String subjectKey(String subject) {
        return NormalText.of(subject).key();
    }

    /**
     * Whether a text holds the gold fact's value: as a run of whole tokens ({@code 42} is not in {@code 1425}), or as an equivalent
     * date or quantity. A number with a unit must stand there with an equivalent unit.
     */
    static boolean occursIn(Fact gold, String text) {
        NormalText content = NormalText.of(text);
        for (String spelling : spellings(gold)) {
            NormalText value = NormalText.of(spelling);
            if (gold.unit() != null && isNumber(value)) {
                value = NormalText.of(spelling + " " + gold.unit());
            }
            if (content.contains(value) || holdsDate(content, value) || holdsQuantity(content, value)) {
                return true;
            }
        }
        return false;
    }

    static List<String> spellings(Fact gold) {
        List<String> spellings = new ArrayList<>(gold.aliases());
        spellings.add(0, gold.value());
        return spellings;
    }

    static boolean same(NormalText expected, NormalText given) {
        if (expected.same(given)) {
            return true;
        }
        Quantity quantity = Quantity.of(expected);
        Quantity other = quantity == null ? null : Quantity.of(given);
        if (quantity != null && other != null) {
            return quantity.same(other);
        }
        Set<WrittenDate> dates = WrittenDate.of(expected);
        return !dates.isEmpty() && !Collections.disjoint(dates, WrittenDate.of(given));
    }

    static boolean holdsDate(NormalText content, NormalText value) {
        Set<WrittenDate> dates = WrittenDate.of(value);
        return !dates.isEmpty()
                && WrittenDate.mentions(content.folded()).stream()
                        .flatMap(mention -> mention.readings().stream())
                        .anyMatch(found -> dates.stream().anyMatch(found::refines));
    }

    private static boolean holdsQuantity(NormalText content, NormalText value) {
        Quantity quantity = Quantity.of(value);
        return quantity != null
                && !quantity.bare()
                && Quantity.in(content.tokens()).stream().anyMatch(quantity::same);
    }

    private static boolean isNumber(NormalText text) {
        Quantity quantity = Quantity.of(text);
        return quantity != null && quantity.bare();
    }
}

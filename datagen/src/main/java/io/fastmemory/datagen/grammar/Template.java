package io.fastmemory.datagen.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A text with slots, taken apart once, so that filling it in is a single pass. */
public final class Template {
    private static final List<Slot> DRAWN = List.of(Slot.PERSON, Slot.FOOD, Slot.THING, Slot.DAY);

    private final String[] literals;
    private final Slot[] slots;
    private final boolean draws;

    /** What a slot stands for; those of {@link #DRAWN} are filled at random. */
    enum Slot {
        SUBJECT("{s}"),
        VALUE("{v}"),
        ATTRIBUTE("{a}"),
        OLD("{old}"),
        CLAUSE("{c}"),
        CAPITAL_CLAUSE("{C}"),
        PERSON("{person}"),
        FOOD("{food}"),
        THING("{thing}"),
        DAY("{day}");

        private final String sign;

        Slot(String sign) {
            this.sign = sign;
        }
    }

    private Template(String[] literals, Slot[] slots) {
        this.literals = literals;
        this.slots = slots;
        this.draws = Arrays.stream(slots).anyMatch(DRAWN::contains);
    }

    static Template of(String text) {
        List<String> literals = new ArrayList<>();
        List<Slot> slots = new ArrayList<>();
        int from = 0;
        for (int brace = text.indexOf('{'); brace >= 0; brace = text.indexOf('{', from)) {
            Slot slot = slotAt(text, brace);
            literals.add(text.substring(from, brace));
            slots.add(slot);
            from = brace + slot.sign.length();
        }
        literals.add(text.substring(from));
        return new Template(literals.toArray(String[]::new), slots.toArray(Slot[]::new));
    }

    static List<Template> all(List<String> texts) {
        return texts.stream().map(Template::of).toList();
    }

    private static Slot slotAt(String text, int at) {
        for (Slot slot : Slot.values()) {
            if (text.startsWith(slot.sign, at)) {
                return slot;
            }
        }
        throw new IllegalArgumentException(
                "expected one of " + Arrays.toString(Slot.values()) + " at " + at + ": " + text);
    }

    /** The same for the middle of a sentence: its first letter is small unless it begins with a name or {@code I}. */
    Template inMidSentence() {
        if (literals[0].isEmpty() || literals[0].startsWith("I ")) {
            return this;
        }
        String[] lowered = literals.clone();
        lowered[0] = Character.toLowerCase(lowered[0].charAt(0)) + lowered[0].substring(1);
        return new Template(lowered, slots);
    }

    /** This text with the one given subject. */
    public String about(Subject subject) {
        StringBuilder out = new StringBuilder();
        filling().with(Slot.SUBJECT, subject.inText()).appendTo(out);
        return out.toString();
    }

    Filling filling() {
        return new Filling(this);
    }

    /** A template while its slots are filled in. */
    static final class Filling {
        private final Template template;
        private final String[] words;

        private Filling(Template template) {
            this.template = template;
            this.words = new String[template.slots.length];
        }

        Filling with(Slot slot, String word) {
            for (int i = 0; i < words.length; i++) {
                if (template.slots[i] == slot) {
                    words[i] = word;
                }
            }
            return this;
        }

        Filling draw(SplitMix64 random) {
            if (template.draws) {
                for (Slot slot : DRAWN) {
                    draw(slot, random);
                }
            }
            return this;
        }

        private void draw(Slot slot, SplitMix64 random) {
            for (int i = 0; i < words.length; i++) {
                if (template.slots[i] == slot) {
                    words[i] = Wording.word(slot, random);
                }
            }
        }

        /** Fills the slots that are drawn, kind by kind over all {@code parts}. */
        static void drawAll(SplitMix64 random, List<Filling> parts) {
            for (Slot slot : DRAWN) {
                for (Filling part : parts) {
                    part.draw(slot, random);
                }
            }
        }

        void appendTo(StringBuilder out) {
            for (int i = 0; i < words.length; i++) {
                out.append(template.literals[i]).append(words[i]);
            }
            out.append(template.literals[words.length]);
        }
    }
}

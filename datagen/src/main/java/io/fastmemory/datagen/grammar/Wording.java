package io.fastmemory.datagen.grammar;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns clauses into whole messages and questions.
 *
 * <p>The same openings and endings serve statements, duplicates and chatter, so that they say nothing about worth.
 * Slots: <code>{s}</code> subject, <code>{v}</code> value, <code>{a}</code> attribute, <code>{old}</code> former value,
 * <code>{c}</code> the clause and <code>{C}</code> the same with a capital, <code>{person}</code>, <code>{food}</code>,
 * <code>{thing}</code>, <code>{day}</code>.
 */
public final class Wording {
    private static final List<String> OPENINGS = List.of(
            "",
            "",
            "Quick note: ",
            "For the record, ",
            "Just heard back: ",
            "Heads-up, ",
            "Before I forget, ",
            "{person} says ",
            "Jotting this down: ",
            "From this morning: ",
            "As {person} told me, ",
            "Small update from my side: ",
            "Since you asked last week, ",
            "Right, so ",
            "According to {person}, ",
            "Good news or bad news, I cannot tell: ",
            "Passing this on: ",
            "To answer {person}, ");
    private static final List<String> URGENT_OPENINGS = List.of(
            "Urgent: ",
            "Drop what you are doing, ",
            "Right now, please: ",
            "This cannot wait, ",
            "Tell everyone at once: ",
            "Alarm from {person}: ");
    private static final List<String> ENDINGS = List.of(
            ".",
            ".",
            ", that is all I know.",
            ". {person} was in the room too.",
            ". No questions from my side.",
            ". The paperwork comes later.",
            ". Talk to you on {day}.",
            ", and yes, I double-checked.",
            ". Nothing else happened.",
            ". Thanks to {person} for looking it up.",
            ". I will be away on {day}, by the way.",
            ", at least it is off my list.");
    private static final List<String> UPDATES = List.of(
            "change of plan: {c}",
            "the {a} for {s} went from {old} to {v}",
            "{c} now, {old} no longer applies",
            "as of today {c}",
            "we said goodbye to {old}; {c}",
            "there is a new state of affairs: {c}, instead of {old}",
            "{person} moved things around, so {c} from here on",
            "please overwrite what you had on {s}: {c}",
            "it used to be {old}, but that is history and {c}",
            "after some back and forth {c}",
            "{s} has a different {a} from today, namely {v}");
    private static final List<String> CORRECTIONS = List.of(
            "I got {s} wrong earlier: {c}. It was never {old}",
            "one correction about {s}: {c}, not {old}",
            "whoever noted {old} for {s} misread the sheet; {c}",
            "sorry, my message about {s} had a mistake. {C}, and {old} was wrong from the start",
            "{person} checked the original and {c}; {old} was a typo",
            "that was a mix-up with another file, {c} and {old} never held");
    private static final List<String> FLOATED = List.of(
            "somebody floated {v} as the {a} for {s}, but nobody agreed and nothing changes",
            "we joked about making {v} the {a} for {s}. It stays a joke",
            "{person} dreamt up {v} as the {a} for {s}; that was turned down on the spot",
            "no, {v} is not the {a} for {s}, whatever the rumour says; everything stays as it is");
    private static final List<String> MENTIONS = List.of(
            "{person} mentioned {s} in passing, nothing concrete came out of it",
            "there is a nice picture of {s} in the slides, no text with it",
            "I keep hearing about {s} everywhere this week",
            "someone spelled {s} wrong in the subject line and we all laughed",
            "{person} is curious about {s} and will read up on it",
            "we will talk about {s} some other time",
            "another question came in about the {a} for {s}; I had nothing to tell them");
    private static final List<String> CHATTER = List.of(
            "The coffee machine makes that noise again, {person} will have a look on {day}.",
            "Lunch was {food}, {person} had two portions.",
            "{person} is looking for {thing}, please check your desk.",
            "It rained the whole {day} and the parking lot is a lake.",
            "I watched a documentary about {thing} and fell asleep halfway.",
            "{person} says hello to everyone and hopes the week is going well.",
            "Does anybody want the rest of the {food}? It is in the kitchen.",
            "My phone died on {day}, so I missed a few messages.",
            "{person} told the story about {thing} again, it gets longer every time.",
            "Nothing much to report, {day} was quiet.",
            "Traffic was terrible, I listened to a whole podcast about {thing}.",
            "Could someone water the plants while {person} is out? Thanks.",
            "The lift is slow today, take the stairs if you can.",
            "{person} baked {food} and left it next to the printer.",
            "I like the new wallpaper more than I expected, it reminds me of {thing}.");
    private static final List<String> FOODS = List.of(
            "lentil soup",
            "pancakes",
            "cold pizza",
            "apple cake",
            "ramen",
            "potato salad",
            "dumplings",
            "banana bread");
    private static final List<String> THINGS = List.of(
            "an old umbrella",
            "a green bicycle",
            "the missing stapler",
            "a box of puzzles",
            "deep-sea squid",
            "vintage radios",
            "a left-hand glove",
            "paper cranes",
            "a tiny cactus");
    private static final List<String> DAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
    private static final List<String> QUESTION_OPENINGS = List.of(
            "",
            "",
            "Quick check: ",
            "Remind me, ",
            "For my notes, ",
            "{person} is asking: ",
            "I lost track, ",
            "Before the next call with {person}, ",
            "One thing for {day}: ",
            "Sorry to bother you, ",
            "As things stand now, ",
            "I am writing to {person}, so ",
            "Just to be sure, ",
            "Can you look it up, ",
            "While I have you, ",
            "{person} wants to know and so do I: ");

    private Wording() {}

    /** A message that states {@code value}. */
    public static String statement(
            SplitMix64 random, Subject subject, Attribute attribute, Value value, boolean urgent) {
        String opening = random.pick(urgent ? URGENT_OPENINGS : OPENINGS);
        return message(random, opening, clause(random, subject, attribute, value));
    }

    /** A message that the world changed from {@code old} to {@code value}. */
    public static String update(SplitMix64 random, Subject subject, Attribute attribute, Value value, Value old) {
        return change(random, UPDATES, subject, attribute, value, old);
    }

    /** A message that {@code old} was never true and {@code value} is. */
    public static String correction(SplitMix64 random, Subject subject, Attribute attribute, Value value, Value old) {
        return change(random, CORRECTIONS, subject, attribute, value, old);
    }

    /** A message that names {@code value} and says that it does not hold. */
    public static String floated(SplitMix64 random, Subject subject, Attribute attribute, Value value) {
        return change(random, FLOATED, subject, attribute, value, null);
    }

    /** A message that names the subject and says nothing about it. */
    public static String mention(SplitMix64 random, Subject subject, Attribute attribute) {
        String text = random.pick(MENTIONS).replace("{a}", attribute.name()).replace("{s}", subject.inText());
        return message(random, random.pick(OPENINGS), text);
    }

    /** Talk of no lasting worth: one to three sentences. */
    public static String chatter(SplitMix64 random, Domain domain, boolean urgent) {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i == 0 || i < 3 && random.chance(80); i++) {
            String sentence = random.pick(random.chance(45) ? domain.chatter() : CHATTER);
            if (!sentences.contains(sentence)) {
                sentences.add(sentence);
            }
        }
        String text = String.join(" ", sentences);
        return fill(random, urgent ? random.pick(URGENT_OPENINGS) + lowerFirstWord(text) : text);
    }

    /** A question for {@code attribute} of {@code subject}. */
    public static String question(SplitMix64 random, Subject subject, List<String> questions) {
        String asked = random.pick(questions).replace("{s}", subject.inText());
        return sentence(fill(random, random.pick(QUESTION_OPENINGS)), asked);
    }

    private static String clause(SplitMix64 random, Subject subject, Attribute attribute, Value value) {
        return random.pick(attribute.clauses())
                .replace("{s}", subject.inText())
                .replace("{v}", random.pick(value.surfaces()));
    }

    private static String change(
            SplitMix64 random,
            List<String> templates,
            Subject subject,
            Attribute attribute,
            Value value,
            @Nullable Value old) {
        String clause = clause(random, subject, attribute, value);
        String text = random.pick(templates)
                .replace("{C}", capital(clause))
                .replace("{c}", clause)
                .replace("{a}", attribute.name())
                .replace("{s}", subject.inText())
                .replace("{v}", random.pick(value.surfaces()))
                .replace("{old}", old == null ? "" : random.pick(old.surfaces()));
        return message(random, random.pick(OPENINGS), text);
    }

    private static String message(SplitMix64 random, String opening, String text) {
        return sentence(fill(random, opening), fill(random, text)) + fill(random, random.pick(ENDINGS));
    }

    /** Joins an opening and what follows, with a capital at the start of the sentence. */
    private static String sentence(String opening, String text) {
        return opening.isEmpty() ? capital(text) : capital(opening) + text;
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String lowerFirstWord(String text) {
        boolean properName = text.startsWith("{") || text.startsWith("I ");
        return properName ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private static String fill(SplitMix64 random, String template) {
        String text = template;
        text = replaceAll(text, "{person}", random, Wording::person);
        text = replaceAll(text, "{food}", random, r -> r.pick(FOODS));
        text = replaceAll(text, "{thing}", random, r -> r.pick(THINGS));
        return replaceAll(text, "{day}", random, r -> r.pick(DAYS));
    }

    private static String person(SplitMix64 random) {
        return People.draw(random);
    }

    private static String replaceAll(
            String text, String slot, SplitMix64 random, java.util.function.Function<SplitMix64, String> word) {
        String result = text;
        for (int at = result.indexOf(slot); at >= 0; at = result.indexOf(slot)) {
            result = result.substring(0, at) + word.apply(random) + result.substring(at + slot.length());
        }
        return result;
    }
}

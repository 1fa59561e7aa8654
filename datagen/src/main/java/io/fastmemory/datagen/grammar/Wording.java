package io.fastmemory.datagen.grammar;

import io.fastmemory.datagen.grammar.Template.Filling;
import io.fastmemory.datagen.grammar.Template.Slot;
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
    private static final int TYPICAL_LENGTH = 160;
    private static final List<Template> OPENINGS = Template.all(List.of(
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
            "To answer {person}, "));
    private static final List<Template> URGENT_OPENINGS = Template.all(List.of(
            "Urgent: ",
            "Drop what you are doing, ",
            "Right now, please: ",
            "This cannot wait, ",
            "Tell everyone at once: ",
            "Alarm from {person}: "));
    private static final List<Template> ENDINGS = Template.all(List.of(
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
            ", at least it is off my list."));
    private static final List<Template> UPDATES = Template.all(List.of(
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
            "{s} has a different {a} from today, namely {v}"));
    private static final List<Template> CORRECTIONS = Template.all(List.of(
            "I got {s} wrong earlier: {c}. It was never {old}",
            "one correction about {s}: {c}, not {old}",
            "whoever noted {old} for {s} misread the sheet; {c}",
            "sorry, my message about {s} had a mistake. {C}, and {old} was wrong from the start",
            "{person} checked the original and {c}; {old} was a typo",
            "that was a mix-up with another file, {c} and {old} never held"));
    private static final List<Template> FLOATED = Template.all(List.of(
            "somebody floated {v} as the {a} for {s}, but nobody agreed and nothing changes",
            "we joked about making {v} the {a} for {s}. It stays a joke",
            "{person} dreamt up {v} as the {a} for {s}; that was turned down on the spot",
            "no, {v} is not the {a} for {s}, whatever the rumour says; everything stays as it is"));
    private static final List<Template> MENTIONS = Template.all(List.of(
            "{person} mentioned {s} in passing, nothing concrete came out of it",
            "there is a nice picture of {s} in the slides, no text with it",
            "I keep hearing about {s} everywhere this week",
            "someone spelled {s} wrong in the subject line and we all laughed",
            "{person} is curious about {s} and will read up on it",
            "we will talk about {s} some other time",
            "another question came in about the {a} for {s}; I had nothing to tell them"));
    private static final List<Template> CHATTER = Template.all(List.of(
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
            "I like the new wallpaper more than I expected, it reminds me of {thing}."));
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
    private static final List<Template> QUESTION_OPENINGS = Template.all(List.of(
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
            "{person} wants to know and so do I: "));

    private Wording() {}

    /** A message that states {@code value}. */
    public static String statement(
            SplitMix64 random, Subject subject, Attribute attribute, Value value, boolean urgent) {
        Template opening = random.pick(urgent ? URGENT_OPENINGS : OPENINGS);
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
        Filling text = random.pick(MENTIONS)
                .filling()
                .with(Slot.ATTRIBUTE, attribute.name())
                .with(Slot.SUBJECT, subject.inText());
        return message(random, random.pick(OPENINGS), text);
    }

    /** Talk of no lasting worth: one to three sentences. */
    public static String chatter(SplitMix64 random, Domain domain, boolean urgent) {
        List<Template> sentences = new ArrayList<>(3);
        for (int i = 0; i == 0 || i < 3 && random.chance(80); i++) {
            Template sentence = random.pick(random.chance(45) ? domain.chatter() : CHATTER);
            if (!sentences.contains(sentence)) {
                sentences.add(sentence);
            }
        }
        List<Filling> parts = new ArrayList<>(4);
        if (urgent) {
            parts.add(random.pick(URGENT_OPENINGS).filling());
            sentences.set(0, sentences.get(0).inMidSentence());
        }
        sentences.forEach(sentence -> parts.add(sentence.filling()));
        Filling.drawAll(random, parts);
        StringBuilder out = new StringBuilder(TYPICAL_LENGTH);
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).appendTo(out.append(i > (urgent ? 1 : 0) ? " " : ""));
        }
        return out.toString();
    }

    /** A question for {@code subject}. */
    public static String question(SplitMix64 random, Subject subject, List<Template> questions) {
        Filling asked = random.pick(questions).filling().with(Slot.SUBJECT, subject.inText());
        return sentence(random, random.pick(QUESTION_OPENINGS), asked).toString();
    }

    private static Filling clause(SplitMix64 random, Subject subject, Attribute attribute, Value value) {
        return random.pick(attribute.clauses())
                .filling()
                .with(Slot.SUBJECT, subject.inText())
                .with(Slot.VALUE, random.pick(value.surfaces()));
    }

    private static String change(
            SplitMix64 random,
            List<Template> templates,
            Subject subject,
            Attribute attribute,
            Value value,
            @Nullable Value old) {
        StringBuilder words = new StringBuilder();
        clause(random, subject, attribute, value).appendTo(words);
        String clause = words.toString();
        words.setCharAt(0, Character.toUpperCase(words.charAt(0)));
        Filling text = random.pick(templates)
                .filling()
                .with(Slot.CAPITAL_CLAUSE, words.toString())
                .with(Slot.CLAUSE, clause)
                .with(Slot.ATTRIBUTE, attribute.name())
                .with(Slot.SUBJECT, subject.inText())
                .with(Slot.VALUE, random.pick(value.surfaces()))
                .with(Slot.OLD, old == null ? "" : random.pick(old.surfaces()));
        return message(random, random.pick(OPENINGS), text);
    }

    private static String message(SplitMix64 random, Template opening, Filling text) {
        StringBuilder out = sentence(random, opening, text);
        random.pick(ENDINGS).filling().draw(random).appendTo(out);
        return out.toString();
    }

    /** Joins an opening and what follows, with a capital at the start. */
    private static StringBuilder sentence(SplitMix64 random, Template opening, Filling text) {
        StringBuilder out = new StringBuilder(TYPICAL_LENGTH);
        opening.filling().draw(random).appendTo(out);
        text.draw(random).appendTo(out);
        out.setCharAt(0, Character.toUpperCase(out.charAt(0)));
        return out;
    }

    /** A random word for a slot that is filled at random. */
    static String word(Slot slot, SplitMix64 random) {
        return switch (slot) {
            case PERSON -> People.draw(random);
            case FOOD -> random.pick(FOODS);
            case THING -> random.pick(THINGS);
            case DAY -> random.pick(DAYS);
            default -> throw new IllegalArgumentException("expected a slot that is filled at random: " + slot);
        };
    }
}

package io.fastmemory.datagen.grammar;

import static io.fastmemory.datagen.grammar.ValueKind.codes;
import static io.fastmemory.datagen.grammar.ValueKind.dates;
import static io.fastmemory.datagen.grammar.ValueKind.euros;
import static io.fastmemory.datagen.grammar.ValueKind.named;
import static io.fastmemory.datagen.grammar.ValueKind.people;
import static io.fastmemory.datagen.grammar.ValueKind.quantity;
import static io.fastmemory.datagen.grammar.ValueKind.times;
import static io.fastmemory.datagen.grammar.ValueKind.words;

import java.util.List;

/** Applicants, posts and courses, as a personnel office talks of them. */
final class HiringDomain {
    private HiringDomain() {}

    static Domain create() {
        SubjectKind applicants = SubjectKind.people(
                Attribute.of(
                        "interview time",
                        times(),
                        "{s} comes in at {v}",
                        "we talk to {s} at {v}",
                        "{v} is kept free for {s}",
                        "the chair for {s} is warm from {v}",
                        "at what time do we talk to {s}?",
                        "when does {s} come in?",
                        "from what time is the chair for {s} warm?"),
                Attribute.of(
                        "asked salary",
                        euros(28000, 96000, 500),
                        "{s} asks for {v}",
                        "the figure {s} named is {v}",
                        "{v} would make {s} sign",
                        "{s} will not come below {v}",
                        "how much does {s} ask for?",
                        "which figure did {s} name?",
                        "below what will {s} not come?"),
                Attribute.of(
                        "start date",
                        dates(),
                        "{s} could start on {v}",
                        "the first day of {s} would be {v}",
                        "{v} is when {s} is free",
                        "{s} is bound elsewhere until {v}",
                        "when could {s} start?",
                        "when is {s} free?",
                        "what would be the first day of {s}?"),
                Attribute.of(
                        "locker",
                        codes(),
                        "locker {v} waits for {s}",
                        "{s} gets locker {v}",
                        "we put the name of {s} on {v}",
                        "{v} is the locker of {s}",
                        "which locker does {s} get?",
                        "on which locker is the name of {s}?",
                        "what locker waits for {s}?"));
        SubjectKind openings = SubjectKind.pairs(
                List.of("junior", "senior", "night", "weekend", "interim", "regional"),
                List.of("welder", "baker", "librarian", "surveyor", "cook", "gardener", "tailor", "mechanic"),
                " post",
                true,
                Attribute.of(
                        "hiring manager",
                        people(),
                        "{v} fills {s}",
                        "{s} reports to {v}",
                        "the last word on {s} has {v}",
                        "{v} reads all letters for {s}",
                        "who fills {s}?",
                        "to whom does {s} report?",
                        "who has the last word on {s}?"),
                Attribute.of(
                        "weekly hours",
                        quantity(10, 42, 1, "hours"),
                        "{s} comes with {v}",
                        "{v} a week go with {s}",
                        "the contract for {s} says {v}",
                        "{s} is paid for {v}",
                        "how many hours come with {s}?",
                        "what does the contract for {s} say about hours?",
                        "for how many hours is {s} paid?"),
                Attribute.of(
                        "deadline",
                        dates(),
                        "letters for {s} are taken until {v}",
                        "{s} stays open until {v}",
                        "{v} is the last day for {s}",
                        "after {v} nobody can apply for {s}",
                        "until when are letters for {s} taken?",
                        "how long does {s} stay open?",
                        "what is the last day for {s}?"),
                Attribute.of(
                        "test task",
                        words(
                                "a loaf of rye",
                                "a garden plan",
                                "a short translation",
                                "a hem",
                                "a spare part list",
                                "a shelf map",
                                "a three-course menu",
                                "a weld sample"),
                        "for {s} we ask for {v}",
                        "the trial for {s} is {v}",
                        "{v} is the test for {s}",
                        "applicants for {s} hand in {v}",
                        "what do we ask for in the trial for {s}?",
                        "what is the test for {s}?",
                        "what do applicants for {s} hand in?"));
        SubjectKind schools = SubjectKind.pairs(
                List.of("North", "South", "East", "West", "Saint", "Royal"),
                List.of(
                        "Abbey", "Beacon", "Chapel", "Drum", "Elder", "Fenwick", "Gable", "Hatch", "Inlet", "Juniper",
                        "Kestrel", "Linden"),
                " school",
                true);
        Attribute relation = Attribute.of(
                "school",
                named(schools),
                "{s} learned the trade at {v}",
                "{v} trained {s}",
                "{s} comes to us from {v}");
        Attribute detail = Attribute.of(
                "reference line",
                codes(),
                "{s} gives references on line {v}",
                "call line {v} at {s}",
                "{v} rings in the office of {s}");
        return Domain.of(
                List.of("mail", "interview", "chat"),
                List.of(applicants, openings),
                List.of(wide()),
                Relay.of(
                        applicants,
                        relation,
                        schools,
                        detail,
                        "school of {s}",
                        "which school did {s} go to, and on which line does it give references?",
                        "I want to ask the school of {s} about that person; which one is it and which line do I call?"),
                List.of(
                        "The waiting room has a new plant and it already looks tired.",
                        "{person} mixed up two name tags and nobody noticed until {day}.",
                        "Somebody handed in a drawing of {thing} with the letter.",
                        "We had {food} while the meeting room was being aired.",
                        "{person} tested the new chairs, they squeak.",
                        "The clock in the hall is four minutes fast again."));
    }

    private static SubjectKind wide() {
        return Names.pairs(
                " course",
                Attribute.of(
                        "teacher",
                        people(),
                        "{v} teaches {s}",
                        "{s} is given by {v}",
                        "in front of {s} stands {v}",
                        "questions in {s} are answered by {v}",
                        "who teaches {s}?",
                        "by whom is {s} given?",
                        "who stands in front of {s}?"),
                Attribute.of(
                        "room",
                        words(
                                "the glass room",
                                "room seven",
                                "the attic",
                                "the old gym",
                                "the blue studio",
                                "the workshop",
                                "the reading hall",
                                "the annex",
                                "the pavilion"),
                        "{s} takes place in {v}",
                        "{v} is booked for {s}",
                        "people in {s} sit in {v}",
                        "you find {s} in {v}",
                        "where does {s} take place?",
                        "which place is booked for {s}?",
                        "where do people in {s} sit?"),
                Attribute.of(
                        "fee",
                        euros(20, 1480, 10),
                        "{s} costs {v}",
                        "we charge {v} for {s}",
                        "{v} is the fee for {s}",
                        "a place in {s} is {v}",
                        "what does {s} cost?",
                        "how much do we charge for {s}?",
                        "what is the fee for {s}?"),
                Attribute.of(
                        "first day",
                        dates(),
                        "{s} starts on {v}",
                        "{v} is the first day of {s}",
                        "we open {s} on {v}",
                        "people come to {s} from {v} on",
                        "when does {s} start?",
                        "what is the first day of {s}?",
                        "on which date do we open {s}?"));
    }
}

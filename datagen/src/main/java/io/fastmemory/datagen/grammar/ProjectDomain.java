package io.fastmemory.datagen.grammar;

import static io.fastmemory.datagen.grammar.ValueKind.codes;
import static io.fastmemory.datagen.grammar.ValueKind.dates;
import static io.fastmemory.datagen.grammar.ValueKind.euros;
import static io.fastmemory.datagen.grammar.ValueKind.named;
import static io.fastmemory.datagen.grammar.ValueKind.people;
import static io.fastmemory.datagen.grammar.ValueKind.places;
import static io.fastmemory.datagen.grammar.ValueKind.quantity;
import static io.fastmemory.datagen.grammar.ValueKind.versions;
import static io.fastmemory.datagen.grammar.ValueKind.words;

import java.util.List;

/** Projects and the devices they look after, as a team on site talks of them. */
final class ProjectDomain {
    private static final ValueKind PLACES = places(
            "north hall",
            "boiler room",
            "loading bay",
            "roof terrace",
            "east stairwell",
            "paint shop",
            "cold store",
            "old foundry",
            "west annex");

    private ProjectDomain() {}

    static Domain create() {
        SubjectKind projects = SubjectKind.pairs(
                List.of("Project", "Operation", "Programme"),
                List.of(
                        "Harbor", "Falcon", "Meadow", "Orchid", "Glacier", "Lantern", "Copper", "Atlas", "Willow",
                        "Mosaic", "Zephyr", "Anchor", "Ember", "Saffron", "Tundra", "Beacon"),
                "",
                false,
                Attribute.of(
                        "launch date",
                        dates(),
                        "{s} goes live on {v}",
                        "the launch of {s} is set for {v}",
                        "{v} is the day {s} ships",
                        "we open {s} to everybody on {v}",
                        "when does {s} go live?",
                        "on what day does {s} ship?",
                        "for which date is the launch of {s} set?"),
                Attribute.of(
                        "lead",
                        people(),
                        "{v} leads {s}",
                        "{s} answers to {v}",
                        "the lead on {s} is {v}",
                        "decisions about {s} are up to {v}",
                        "who leads {s}?",
                        "to whom does {s} answer?",
                        "who decides about {s}?"),
                Attribute.of(
                        "budget",
                        euros(5000, 98000, 500),
                        "{s} can spend {v}",
                        "the board gave {s} {v}",
                        "{v} is what {s} has to work with",
                        "spending on {s} is limited to {v}",
                        "what is the budget of {s}?",
                        "how much can {s} spend?",
                        "how much money has {s} to work with?"),
                Attribute.of(
                        "meeting place",
                        PLACES,
                        "{s} meets in {v}",
                        "the weekly round of {s} takes place in {v}",
                        "{v} is where the people of {s} get together",
                        "come to {v} for the {s} round",
                        "where does {s} meet?",
                        "in which place is the weekly round of {s}?",
                        "where do the people of {s} get together?"));
        SubjectKind devices = SubjectKind.pairs(
                List.of("Halden", "Marlow", "Corvin", "Brisk", "Tandem", "Ostra"),
                List.of("pump", "chiller", "compressor", "lift", "kiln", "scanner"),
                "",
                true,
                Attribute.of(
                        "set point",
                        quantity(12, 96, 1, "degrees"),
                        "{s} runs at {v}",
                        "{s} holds {v}",
                        "the dial of {s} stands at {v}",
                        "{v} is the target on {s}",
                        "at how many degrees does {s} run?",
                        "what is the set point of {s}?",
                        "which target temperature is set on {s}?"),
                Attribute.of(
                        "location",
                        PLACES,
                        "{s} stands in {v}",
                        "you find {s} in {v}",
                        "{v} houses {s}",
                        "{s} was bolted down in {v}",
                        "where does {s} stand?",
                        "in which place do I find {s}?",
                        "what is the location of {s}?"),
                Attribute.of(
                        "firmware version",
                        versions(),
                        "{s} is flashed with {v}",
                        "{s} boots firmware {v}",
                        "firmware {v} sits on {s}",
                        "the screen of {s} reports build {v}",
                        "which firmware is on {s}?",
                        "what build does the screen of {s} report?",
                        "with which firmware version is {s} flashed?"),
                Attribute.of(
                        "service date",
                        dates(),
                        "{s} is serviced on {v}",
                        "the technician comes for {s} on {v}",
                        "{v} is booked for the service of {s}",
                        "{s} is taken apart for maintenance on {v}",
                        "when is {s} serviced?",
                        "on which day does the technician come for {s}?",
                        "what service date is booked for {s}?"));
        SubjectKind suppliers = SubjectKind.pairs(
                List.of("North", "South", "East", "West", "Old", "New"),
                List.of(
                        "Amberley",
                        "Belmont",
                        "Corrigan",
                        "Dunmore",
                        "Easton",
                        "Farrow",
                        "Garnet",
                        "Holloway",
                        "Islington",
                        "Kendal",
                        "Langley",
                        "Merton"),
                " works",
                true);
        Attribute relation = Attribute.of(
                "supplier",
                named(suppliers),
                "{s} gets its parts from {v}",
                "{v} supplies {s}",
                "parts for {s} are ordered at {v}");
        Attribute delivery = Attribute.of(
                "delivery day",
                words("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
                "{s} delivers every {v}",
                "the truck from {s} comes on {v}",
                "{v} is delivery day at {s}");
        return Domain.of(
                List.of("standup", "site_log", "mail"),
                List.of(projects, devices),
                List.of(wide()),
                Relay.of(
                        projects,
                        relation,
                        suppliers,
                        delivery,
                        "supplier of {s}",
                        "which supplier does {s} use, and on what day does that supplier deliver?",
                        "I am waiting for parts for {s}; who supplies them and on which day do they come?"),
                List.of(
                        "The stand-up was cancelled because half the room had {food} for breakfast.",
                        "{person} swept the workshop and found {thing} under a bench.",
                        "A pigeon got in through the skylight and out again.",
                        "The label printer jams on every third sheet, we live with it.",
                        "{person} brought a guest who asked friendly questions.",
                        "Somebody left {thing} next to the fire door, please take it home."));
    }

    private static SubjectKind wide() {
        return Names.pairs(
                " work package",
                Attribute.of(
                        "owner",
                        people(),
                        "{s} belongs to {v}",
                        "{v} carries {s}",
                        "{s} landed on the desk of {v}",
                        "ask {v} about anything in {s}",
                        "to whom does {s} belong?",
                        "who carries {s}?",
                        "on whose desk did {s} land?"),
                Attribute.of(
                        "delivery date",
                        dates(),
                        "{s} is due on {v}",
                        "we hand over {s} on {v}",
                        "{v} is the day {s} must be finished",
                        "{s} has to be out of the door by {v}",
                        "when is {s} due?",
                        "on what day do we hand over {s}?",
                        "by when must {s} be finished?"),
                Attribute.of(
                        "effort",
                        quantity(8, 392, 4, "hours"),
                        "{s} takes {v}",
                        "we estimated {v} for {s}",
                        "{v} were booked on {s}",
                        "the plan gives {s} {v}",
                        "how many hours does {s} take?",
                        "what effort was estimated for {s}?",
                        "how many hours does the plan give {s}?"),
                Attribute.of(
                        "drawing number",
                        codes(),
                        "the drawing for {s} is {v}",
                        "{s} is built after drawing {v}",
                        "look up {v} for {s}",
                        "{v} is the sheet of {s}",
                        "which drawing belongs to {s}?",
                        "after which drawing is {s} built?",
                        "what drawing number do I look up for {s}?"));
    }
}

package io.fastmemory.datagen.grammar;

import static io.fastmemory.datagen.grammar.ValueKind.codes;
import static io.fastmemory.datagen.grammar.ValueKind.dates;
import static io.fastmemory.datagen.grammar.ValueKind.euros;
import static io.fastmemory.datagen.grammar.ValueKind.named;
import static io.fastmemory.datagen.grammar.ValueKind.people;
import static io.fastmemory.datagen.grammar.ValueKind.times;
import static io.fastmemory.datagen.grammar.ValueKind.words;

import java.util.List;

/** Family, friends and travel, as one tells them to an assistant. */
final class PersonalDomain {
    private static final List<String> CITIES = List.of(
            "Porto", "Kyoto", "Bergen", "Seville", "Tallinn", "Naples", "Quebec", "Lyon", "Dakar", "Hobart", "Cusco",
            "Ghent", "Split", "Riga");

    private PersonalDomain() {}

    static Domain create() {
        SubjectKind friends = SubjectKind.people(
                Attribute.of(
                        "favourite restaurant",
                        words(
                                "Casa Verde",
                                "The Blue Door",
                                "Noodle Attic",
                                "Chez Colette",
                                "Salt and Ember",
                                "Little Tbilisi",
                                "The Copper Pot",
                                "Mama Rosa",
                                "Olive Yard",
                                "Saffron House"),
                        "{s} likes {v} better than any other restaurant",
                        "the restaurant {s} always picks is {v}",
                        "{v} is where {s} wants to eat out",
                        "for dinner out {s} will only hear of {v}",
                        "which restaurant does {s} like best?",
                        "where does {s} want to eat out?",
                        "what is the restaurant {s} always picks?"),
                Attribute.of(
                        "training day",
                        words("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
                        "{s} trains every {v}",
                        "{v} is the day {s} goes to practice",
                        "practice for {s} falls on {v}",
                        "{s} has {v} blocked for training",
                        "on which day does {s} train?",
                        "which day is practice for {s}?",
                        "what day has {s} blocked for training?"),
                Attribute.of(
                        "coffee order",
                        words(
                                "flat white",
                                "double espresso",
                                "oat latte",
                                "cold brew",
                                "cortado",
                                "black filter coffee",
                                "iced americano",
                                "cappuccino"),
                        "{s} takes a {v} these days",
                        "a {v} makes {s} happy in the morning",
                        "bring {s} a {v} when you come over",
                        "the usual for {s} is a {v}",
                        "which coffee does {s} take?",
                        "what is the usual coffee for {s}?",
                        "what kind of coffee should I bring {s}?"),
                Attribute.of(
                        "parking spot",
                        codes(),
                        "{s} parks on {v}",
                        "spot {v} belongs to {s}",
                        "the garage gave {v} to {s}",
                        "{s} leaves the car on {v}",
                        "which parking spot does {s} use?",
                        "where in the garage does {s} park?",
                        "on what spot does {s} leave the car?"));
        SubjectKind trips = SubjectKind.words(
                CITIES,
                " trip",
                true,
                Attribute.of(
                        "departure date",
                        dates(),
                        "{s} starts on {v}",
                        "we leave for {s} on {v}",
                        "{v} is the day {s} begins",
                        "bags must be packed for {s} by {v}",
                        "when does {s} start?",
                        "on what day do we leave for {s}?",
                        "which departure date is set for {s}?"),
                Attribute.of(
                        "hotel",
                        words(
                                "Hotel Miramar",
                                "The Lantern Inn",
                                "Pension Edelweiss",
                                "Casa do Rio",
                                "Grand Meridian",
                                "The Old Mill",
                                "Hotel Astoria",
                                "Villa Serena",
                                "The Anchor House"),
                        "on {s} we stay at {v}",
                        "{v} has our rooms for {s}",
                        "the rooms for {s} are booked at {v}",
                        "we sleep at {v} during {s}",
                        "where do we stay on {s}?",
                        "which hotel is booked for {s}?",
                        "who has our rooms for {s}?"),
                Attribute.of(
                        "budget",
                        euros(400, 5200, 50),
                        "{s} may cost {v}",
                        "we put {v} aside for {s}",
                        "{v} is the ceiling for {s}",
                        "the purse for {s} holds {v}",
                        "what is the budget for {s}?",
                        "how much may {s} cost?",
                        "how much money is set aside for {s}?"),
                Attribute.of(
                        "check-in time",
                        times(),
                        "check-in for {s} opens at {v}",
                        "we can get our keys on {s} at {v}",
                        "the reception expects us on {s} at {v}",
                        "{v} is check-in time for {s}",
                        "at what time is check-in for {s}?",
                        "when does the reception expect us on {s}?",
                        "from when can we get our keys on {s}?"));
        SubjectKind clinics = SubjectKind.pairs(
                List.of("Upper", "Lower", "Old", "New", "East", "West"),
                List.of(
                        "Alder",
                        "Birchwood",
                        "Clover",
                        "Dovecote",
                        "Elmsfield",
                        "Fernhill",
                        "Greenway",
                        "Hazel",
                        "Ivybridge",
                        "Larkspur",
                        "Maple",
                        "Rosemont"),
                " clinic",
                true);
        Attribute relation = Attribute.of(
                "clinic",
                named(clinics),
                "{s} goes to {v} for check-ups",
                "{s} switched doctors and is with {v}",
                "{v} keeps the medical file of {s}");
        Attribute opening = Attribute.of(
                "opening time",
                times(),
                "{s} opens its doors at {v}",
                "nobody answers at {s} before {v}",
                "{v} is when {s} starts the day");
        return Domain.of(
                List.of("chat", "voice_note", "calendar"),
                List.of(friends, trips),
                List.of(wide()),
                Relay.of(
                        friends,
                        relation,
                        clinics,
                        opening,
                        "clinic of {s}",
                        "which clinic does {s} go to, and at what time does it open?",
                        "I want to call the clinic of {s}; which one is it and when does it open?"),
                List.of(
                        "We had {food} last night and it was fine, nothing special.",
                        "{person} sent a funny video of a dog chasing {thing}.",
                        "I slept badly and the neighbours were loud until late on {day}.",
                        "The weather app says drizzle, then sun, then drizzle again.",
                        "{person} waved from the other side of the street, we did not talk.",
                        "I could not find {thing} anywhere and gave up looking."));
    }

    private static SubjectKind wide() {
        return Names.pairs(
                " event",
                Attribute.of(
                        "host",
                        people(),
                        "{v} hosts {s}",
                        "{s} is at the home of {v}",
                        "the invitation to {s} came from {v}",
                        "for {s} we ring at the door of {v}",
                        "who hosts {s}?",
                        "from whom came the invitation to {s}?",
                        "at whose home is {s}?"),
                Attribute.of(
                        "seat",
                        codes(),
                        "our seats at {s} are in row {v}",
                        "{v} is printed on our tickets for {s}",
                        "look for {v} when you get to {s}",
                        "we sit at {v} during {s}",
                        "where do we sit during {s}?",
                        "what is printed on our tickets for {s}?",
                        "which seat do we have at {s}?"),
                Attribute.of(
                        "start time",
                        times(),
                        "{s} begins at {v}",
                        "the doors of {s} open at {v}",
                        "{v} is when {s} gets going",
                        "be at {s} by {v}",
                        "at what time does {s} begin?",
                        "when do the doors of {s} open?",
                        "by when do I have to be at {s}?"),
                Attribute.of(
                        "dress code",
                        words(
                                "black tie",
                                "all white",
                                "smart casual",
                                "rubber boots",
                                "fancy dress",
                                "sportswear",
                                "raincoats",
                                "evening dress",
                                "linen"),
                        "for {s} the dress code is {v}",
                        "everybody wears {v} to {s}",
                        "{v} is asked for at {s}",
                        "the card for {s} says {v}",
                        "what does one wear to {s}?",
                        "what is the dress code for {s}?",
                        "which clothes are asked for at {s}?"));
    }
}

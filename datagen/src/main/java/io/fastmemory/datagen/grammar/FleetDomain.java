package io.fastmemory.datagen.grammar;

import static io.fastmemory.datagen.grammar.ValueKind.codes;
import static io.fastmemory.datagen.grammar.ValueKind.dates;
import static io.fastmemory.datagen.grammar.ValueKind.euros;
import static io.fastmemory.datagen.grammar.ValueKind.named;
import static io.fastmemory.datagen.grammar.ValueKind.people;
import static io.fastmemory.datagen.grammar.ValueKind.quantity;
import static io.fastmemory.datagen.grammar.ValueKind.times;

import java.util.List;

/** Vans, routes and consignments, as a dispatch room talks of them. */
final class FleetDomain {
    private FleetDomain() {}

    static Domain create() {
        SubjectKind vans = SubjectKind.pairs(
                List.of("red", "blue", "yellow", "silver", "green", "striped", "long", "old"),
                List.of("Transporter", "Courier", "Sprinter", "Tipper", "Pickup", "Minibus", "Trailer", "Tanker"),
                "",
                true,
                Attribute.of(
                        "driver",
                        people(),
                        "{v} drives {s}",
                        "{s} is in the hands of {v}",
                        "the keys of {s} are with {v}",
                        "{v} was put on {s}",
                        "who drives {s}?",
                        "with whom are the keys of {s}?",
                        "who was put on {s}?"),
                Attribute.of(
                        "plate",
                        codes(),
                        "{s} carries the plate {v}",
                        "the number plate of {s} reads {v}",
                        "{v} is how {s} is registered",
                        "watch out for {v}, that is {s}",
                        "what plate does {s} carry?",
                        "how is {s} registered?",
                        "what does the number plate of {s} read?"),
                Attribute.of(
                        "load limit",
                        quantity(300, 7800, 50, "kilograms"),
                        "{s} may carry {v}",
                        "put no more than {v} into {s}",
                        "{v} is the load limit of {s}",
                        "the scale stops {s} at {v}",
                        "how many kilograms may {s} carry?",
                        "what is the load limit of {s}?",
                        "at what weight does the scale stop {s}?"),
                Attribute.of(
                        "inspection date",
                        dates(),
                        "{s} goes to inspection on {v}",
                        "the sticker on {s} runs out on {v}",
                        "{v} is inspection day for {s}",
                        "{s} must pass the test on {v}",
                        "when does {s} go to inspection?",
                        "on what date does the sticker on {s} run out?",
                        "which day is inspection day for {s}?"));
        SubjectKind routes = SubjectKind.words(
                List.of(
                        "Alder", "Birch", "Canal", "Dune", "Estuary", "Ferry", "Gorge", "Harbor", "Isthmus", "Jetty",
                        "Kiln", "Lagoon", "Marsh", "Narrows"),
                " route",
                true,
                Attribute.of(
                        "departure time",
                        times(),
                        "{s} sets off at {v}",
                        "the first van on {s} leaves at {v}",
                        "{v} is the start of {s}",
                        "loading for {s} ends at {v}",
                        "at what time does {s} set off?",
                        "when does loading for {s} end?",
                        "when does the first van on {s} leave?"),
                Attribute.of(
                        "dispatcher",
                        people(),
                        "{v} dispatches {s}",
                        "calls about {s} are taken by {v}",
                        "{s} is planned by {v}",
                        "the voice on the radio for {s} is {v}",
                        "who dispatches {s}?",
                        "by whom is {s} planned?",
                        "who takes calls about {s}?"),
                Attribute.of(
                        "stops",
                        quantity(4, 64, 1, "stops"),
                        "{s} has {v}",
                        "we serve {v} on {s}",
                        "{v} make up {s}",
                        "the list for {s} shows {v}",
                        "how many stops does {s} have?",
                        "how many stops do we serve on {s}?",
                        "what number of stops does the list for {s} show?"),
                Attribute.of(
                        "toll",
                        euros(10, 390, 5),
                        "{s} costs {v} in tolls",
                        "tolls on {s} come to {v}",
                        "{v} goes to the toll gate on {s}",
                        "keep {v} ready for the gate on {s}",
                        "what do tolls on {s} come to?",
                        "how much goes to the toll gate on {s}?",
                        "how much do I keep ready for the gate on {s}?"));
        SubjectKind depots = SubjectKind.pairs(
                List.of("Upper", "Lower", "Inner", "Outer", "Old", "New"),
                List.of(
                        "Ashford",
                        "Brambles",
                        "Crossway",
                        "Dockside",
                        "Elmtree",
                        "Foundry",
                        "Granary",
                        "Hopfield",
                        "Ironworks",
                        "Joinery",
                        "Kilnside",
                        "Limepit"),
                " depot",
                true);
        Attribute relation = Attribute.of(
                "home depot",
                named(depots),
                "{s} spends the night at {v}",
                "{v} is home to {s}",
                "{s} was moved to {v}");
        Attribute detail = Attribute.of(
                "gate code",
                codes(),
                "the gate of {s} opens with {v}",
                "{v} gets you into {s}",
                "type {v} at the gate of {s}");
        return Domain.of(
                List.of("radio", "dispatch", "mail"),
                List.of(vans, routes),
                List.of(wide()),
                Relay.of(
                        vans,
                        relation,
                        depots,
                        detail,
                        "home depot of {s}",
                        "at which depot does {s} spend the night, and which code opens its gate?",
                        "I have to fetch {s} from its depot; which one is it and what do I type at the gate?"),
                List.of(
                        "The radio crackled all morning and nobody minded.",
                        "{person} parked in the wash bay and walked off with {thing}.",
                        "There is {food} in the drivers room, first come first served.",
                        "The roadworks near the gas station are finally gone.",
                        "{person} waved at every bridge on {day}.",
                        "A seagull stole half a sandwich from the dashboard."));
    }

    private static SubjectKind wide() {
        return Names.pairs(
                " consignment",
                Attribute.of(
                        "consignee",
                        people(),
                        "{s} is for {v}",
                        "{v} signs when {s} arrives",
                        "hand {s} over to {v}",
                        "nobody but {v} may take {s}",
                        "for whom is {s}?",
                        "who signs when {s} arrives?",
                        "to whom do I hand over {s}?"),
                Attribute.of(
                        "weight",
                        quantity(20, 1980, 10, "kilograms"),
                        "{s} weighs {v}",
                        "the scale showed {v} for {s}",
                        "{v} is the weight of {s}",
                        "{s} comes to {v}",
                        "how much does {s} weigh?",
                        "what did the scale show for {s}?",
                        "to how many kilograms does {s} come?"),
                Attribute.of(
                        "seal",
                        codes(),
                        "{s} is sealed with {v}",
                        "seal {v} hangs on {s}",
                        "check {v} before you open {s}",
                        "the papers of {s} name seal {v}",
                        "with which seal is {s} sealed?",
                        "what seal hangs on {s}?",
                        "which seal do the papers of {s} name?"),
                Attribute.of(
                        "arrival date",
                        dates(),
                        "{s} gets in on {v}",
                        "expect {s} on {v}",
                        "{v} is the day {s} is unloaded",
                        "the slot for {s} is on {v}",
                        "when does {s} get in?",
                        "on which day is {s} unloaded?",
                        "for when do we expect {s}?"));
    }
}

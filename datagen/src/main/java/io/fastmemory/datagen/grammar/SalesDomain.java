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

/** Prospects, packages and deals, as a sales team talks of them. */
final class SalesDomain {
    private SalesDomain() {}

    static Domain create() {
        SubjectKind prospects = SubjectKind.pairs(
                List.of(
                        "Westbrook",
                        "Harbor",
                        "Stonefield",
                        "Copperhill",
                        "Larkhill",
                        "Redwood",
                        "Foxglove",
                        "Ironbridge"),
                List.of("Cycles", "Hotels", "Dairy", "Glass", "Shipping", "Toys", "Paper", "Energy"),
                "",
                false,
                Attribute.of(
                        "decision maker",
                        people(),
                        "{v} signs for {s}",
                        "at {s} nothing is bought without {v}",
                        "the one who decides at {s} is {v}",
                        "send the offer for {s} to {v}",
                        "who decides at {s}?",
                        "who signs for {s}?",
                        "to whom do I send the offer for {s}?"),
                Attribute.of(
                        "discount",
                        quantity(3, 42, 1, "percent"),
                        "{s} gets {v} off",
                        "we granted {s} a discount of {v}",
                        "the rebate for {s} is {v}",
                        "{v} is as far as we go for {s}",
                        "how many percent off does {s} get?",
                        "what discount did we grant {s}?",
                        "how far do we go for {s}?"),
                Attribute.of(
                        "closing date",
                        dates(),
                        "{s} wants to sign on {v}",
                        "the deal with {s} closes on {v}",
                        "{v} is when {s} makes up its mind",
                        "we expect the order of {s} on {v}",
                        "when does the deal with {s} close?",
                        "on which day do we expect the order of {s}?",
                        "when does {s} want to sign?"),
                Attribute.of(
                        "rival",
                        words(
                                "Quillon",
                                "Bexley Systems",
                                "Norvane",
                                "Tarrant and Sons",
                                "Ostermann",
                                "Pelham Group",
                                "Zenvia",
                                "Drayton Labs"),
                        "{s} also talks to {v}",
                        "at {s} we are up against {v}",
                        "the other offer on the table of {s} is from {v}",
                        "{v} is courting {s} as well",
                        "against whom are we up at {s}?",
                        "who else is courting {s}?",
                        "from whom is the other offer on the table of {s}?"));
        SubjectKind products = SubjectKind.words(
                List.of(
                        "Aurora",
                        "Basalt",
                        "Cirrus",
                        "Dynamo",
                        "Everest",
                        "Fjord",
                        "Gazelle",
                        "Harbor",
                        "Indigo",
                        "Jasmine",
                        "Keystone",
                        "Lumen"),
                " package",
                true,
                Attribute.of(
                        "list price",
                        euros(90, 8790, 30),
                        "{s} is listed at {v}",
                        "{v} is what {s} costs from now",
                        "the price tag of {s} says {v}",
                        "we sell {s} for {v}",
                        "what does {s} cost?",
                        "at how much is {s} listed?",
                        "for how much do we sell {s}?"),
                Attribute.of(
                        "lead time",
                        quantity(2, 60, 1, "days"),
                        "{s} ships within {v}",
                        "customers wait {v} for {s}",
                        "the factory needs {v} for {s}",
                        "{v} pass before {s} arrives",
                        "within how many days does {s} ship?",
                        "how long do customers wait for {s}?",
                        "what is the lead time of {s}?"),
                Attribute.of(
                        "demo slot",
                        times(),
                        "the demo of {s} is at {v}",
                        "we show {s} at {v}",
                        "{v} is when people can see {s}",
                        "the room for {s} is ours from {v}",
                        "at what time is the demo of {s}?",
                        "when do we show {s}?",
                        "from when is the room for {s} ours?"),
                Attribute.of(
                        "product expert",
                        people(),
                        "{v} knows {s} best",
                        "hard questions on {s} go to {v}",
                        "{s} was designed by {v}",
                        "for {s} bring {v} to the call",
                        "who knows {s} best?",
                        "to whom do hard questions on {s} go?",
                        "whom do I bring to the call for {s}?"));
        SubjectKind partners = SubjectKind.pairs(
                List.of("North", "South", "Grand", "Little", "First", "Old"),
                List.of(
                        "Avenue",
                        "Bazaar",
                        "Corner",
                        "District",
                        "Esplanade",
                        "Forum",
                        "Gallery",
                        "Hillside",
                        "Junction",
                        "Kiosk",
                        "Landing",
                        "Market"),
                " agency",
                true);
        Attribute relation = Attribute.of(
                "partner",
                named(partners),
                "{s} buys through {v}",
                "{v} brought us {s}",
                "{s} is handled together with {v}");
        Attribute detail = Attribute.of(
                "order line", codes(), "{s} takes orders on line {v}", "line {v} goes to {s}", "reach {s} on line {v}");
        return Domain.of(
                List.of("crm", "call", "mail"),
                List.of(prospects, products),
                List.of(wide()),
                Relay.of(
                        prospects,
                        relation,
                        partners,
                        detail,
                        "partner of {s}",
                        "through which partner does {s} buy, and on which order line do I reach that partner?",
                        "I have to place the order of {s} with its partner; who is that and which order line do they have?"),
                List.of(
                        "The sales bell rang by mistake and everybody clapped anyway.",
                        "{person} practised a pitch in front of {thing}.",
                        "The printer in the sales room only does pink today.",
                        "Somebody brought {food} to the pipeline meeting.",
                        "{person} lost a bet about the weather on {day}.",
                        "The chart on the wall is from last year, nobody minds."));
    }

    private static SubjectKind wide() {
        return Names.pairs(
                " deal",
                Attribute.of(
                        "value",
                        euros(1200, 98400, 300),
                        "{s} is worth {v}",
                        "we put {v} into the forecast for {s}",
                        "{v} is the size of {s}",
                        "the offer in {s} adds up to {v}",
                        "how much is {s} worth?",
                        "what is in the forecast for {s}?",
                        "to how much does the offer in {s} add up?"),
                Attribute.of(
                        "stage",
                        words(
                                "first talk",
                                "needs review",
                                "offer sent",
                                "legal review",
                                "price talks",
                                "verbal yes",
                                "waiting for signature",
                                "on hold",
                                "trial"),
                        "{s} has reached {v}",
                        "on the board {s} stands under {v}",
                        "{v} is where {s} is",
                        "we moved {s} to {v}",
                        "where does {s} stand on the board?",
                        "which stage has {s} reached?",
                        "to what did we move {s}?"),
                Attribute.of(
                        "account executive",
                        people(),
                        "{v} has the lead on {s}",
                        "{s} counts toward the quota of {v}",
                        "commission on {s} goes to {v}",
                        "everything on {s} passes through {v}",
                        "who has the lead on {s}?",
                        "to whom does the commission on {s} go?",
                        "toward whose quota does {s} count?"),
                Attribute.of(
                        "next meeting",
                        dates(),
                        "we see the people of {s} again on {v}",
                        "the next talk about {s} is on {v}",
                        "{v} is in the calendar for {s}",
                        "{s} continues on {v}",
                        "when do we see the people of {s} again?",
                        "on which day is the next talk about {s}?",
                        "what date is in the calendar for {s}?"));
    }
}

package io.fastmemory.datagen.grammar;

import static io.fastmemory.datagen.grammar.ValueKind.codes;
import static io.fastmemory.datagen.grammar.ValueKind.dates;
import static io.fastmemory.datagen.grammar.ValueKind.euros;
import static io.fastmemory.datagen.grammar.ValueKind.named;
import static io.fastmemory.datagen.grammar.ValueKind.people;
import static io.fastmemory.datagen.grammar.ValueKind.quantity;
import static io.fastmemory.datagen.grammar.ValueKind.times;
import static io.fastmemory.datagen.grammar.ValueKind.versions;
import static io.fastmemory.datagen.grammar.ValueKind.words;

import java.util.List;

/** Customer accounts and their integrations, as a support desk talks of them. */
final class SupportDomain {
    private SupportDomain() {}

    static Domain create() {
        SubjectKind accounts = SubjectKind.pairs(
                List.of("Brightwater", "Northgate", "Harbor", "Silverline", "Redwood", "Eastfield", "Copperhill"),
                List.of("Logistics", "Dental", "Foods", "Media", "Textiles", "Insurance", "Bakery", "Optics"),
                "",
                false,
                Attribute.of(
                        "renewal date",
                        dates(),
                        "{s} renews on {v}",
                        "the contract with {s} runs until {v}",
                        "{v} is the day {s} comes up for renewal",
                        "{s} has to sign again by {v}",
                        "when does the contract of {s} come up for renewal?",
                        "what renewal date do we have for {s}?",
                        "by which day must {s} sign again?"),
                Attribute.of(
                        "billing contact",
                        people(),
                        "invoices for {s} go to {v}",
                        "{v} handles billing over at {s}",
                        "the person who pays the bills at {s} is {v}",
                        "anything about money for {s} has to be sent to {v}",
                        "who is the billing contact for {s}?",
                        "who should receive the invoices for {s}?",
                        "whom do we write to about money at {s}?"),
                Attribute.of(
                        "seat count",
                        quantity(20, 900, 5, "seats"),
                        "{s} pays for {v}",
                        "the subscription of {s} covers {v}",
                        "we have {s} down for {v}",
                        "{v} is what {s} has licensed",
                        "how many seats does {s} have?",
                        "how many seats does the subscription of {s} cover?",
                        "what seat count applies to {s}?"),
                Attribute.of(
                        "support tier",
                        words("Bronze", "Silver", "Gold", "Platinum", "Starter", "Premium", "Essential", "Signature"),
                        "{s} is on the {v} tier",
                        "{v} is the support tier of {s}",
                        "tickets from {s} are to be treated as {v}",
                        "support for {s} runs under the {v} plan",
                        "which support tier is {s} on?",
                        "under which plan do we support {s}?",
                        "how are tickets from {s} to be classed?"));
        SubjectKind integrations = SubjectKind.words(
                List.of(
                        "Kestrel", "Marble", "Juniper", "Falcon", "Harbor", "Onyx", "Saffron", "Tundra", "Willow",
                        "Cobalt", "Ember", "Lotus", "Raven", "Quartz", "Aspen", "Comet"),
                " connector",
                true,
                Attribute.of(
                        "sync time",
                        times(),
                        "{s} syncs at {v}",
                        "the daily run of {s} kicks off at {v}",
                        "{v} is when {s} pulls its data",
                        "fresh numbers from {s} come in at {v}",
                        "at what time does {s} sync?",
                        "when does the daily run of {s} start?",
                        "at what time do fresh numbers arrive from {s}?"),
                Attribute.of(
                        "API version",
                        versions(),
                        "{s} talks to API version {v}",
                        "{s} is pinned to version {v} of the API",
                        "version {v} is what {s} runs against",
                        "{s} was certified for API version {v}",
                        "which API version does {s} talk to?",
                        "to what version is {s} pinned?",
                        "what API version applies to {s}?"),
                Attribute.of(
                        "rate limit",
                        quantity(60, 2400, 20, "requests per minute"),
                        "{s} may send {v}",
                        "the cap for {s} sits at {v}",
                        "{s} gets throttled above {v}",
                        "{v} is all that {s} is allowed",
                        "what is the rate limit of {s}?",
                        "how many requests per minute may {s} send?",
                        "above which rate is {s} throttled?"),
                Attribute.of(
                        "escalation engineer",
                        people(),
                        "problems with {s} go straight to {v}",
                        "{v} takes escalations about {s}",
                        "the engineer to wake when {s} breaks is {v}",
                        "{s} belongs to {v} once a ticket escalates",
                        "who takes escalations about {s}?",
                        "which engineer do we wake when {s} breaks?",
                        "to whom do problems with {s} go?"));
        SubjectKind desks = SubjectKind.pairs(
                List.of("North", "South", "Old", "New", "Upper", "Lower"),
                List.of(
                        "Lisbon", "Oslo", "Turin", "Ghent", "Porto", "Riga", "Cork", "Malmo", "Graz", "Leeds", "Bilbao",
                        "Gdansk"),
                " desk",
                true);
        Attribute relation = Attribute.of(
                "account desk",
                named(desks),
                "{s} is looked after by {v}",
                "{v} took over everything for {s}",
                "{s} was assigned to {v}");
        Attribute extension = Attribute.of(
                "extension",
                codes(),
                "{s} picks up on extension {v}",
                "extension {v} rings at {s}",
                "dial {v} to get through to {s}");
        return Domain.of(
                List.of("ticket", "call", "chat"),
                List.of(accounts, integrations),
                List.of(wide()),
                Relay.of(
                        accounts,
                        relation,
                        desks,
                        extension,
                        "desk that looks after {s}",
                        "which desk looks after {s}, and on which extension does that desk pick up?",
                        "I need the desk responsible for {s} and its extension, what are they?"),
                List.of(
                        "{person} thanked us for the quick reply and wished everyone a calm {day}.",
                        "The hold music got complaints again, {person} finds it too cheerful.",
                        "A customer sent a photo of {food} instead of the screenshot we wanted.",
                        "The ticket board was slow for a minute and then came back by itself.",
                        "{person} closed a ticket that turned out to be spam about {thing}.",
                        "Somebody asked whether we sell {thing}; we do not."));
    }

    private static SubjectKind wide() {
        return Names.pairs(
                " ticket",
                Attribute.of(
                        "assignee",
                        people(),
                        "{s} sits with {v}",
                        "{v} is working on {s}",
                        "{s} was handed to {v}",
                        "the next move on {s} is up to {v}",
                        "who is working on {s}?",
                        "with whom does {s} sit?",
                        "to whom was {s} handed?"),
                Attribute.of(
                        "refund",
                        euros(40, 2960, 20),
                        "{s} ends with {v} back to the customer",
                        "we pay back {v} on {s}",
                        "the goodwill for {s} comes to {v}",
                        "{v} goes out as a refund for {s}",
                        "how much do we pay back on {s}?",
                        "what refund goes out for {s}?",
                        "what does the goodwill for {s} come to?"),
                Attribute.of(
                        "reply deadline",
                        dates(),
                        "{s} needs an answer by {v}",
                        "the customer of {s} waits until {v}",
                        "{v} is the last day to answer {s}",
                        "we promised a reply to {s} for {v}",
                        "by when does {s} need an answer?",
                        "until what day does the customer of {s} wait?",
                        "what is the reply deadline of {s}?"),
                Attribute.of(
                        "repair code",
                        codes(),
                        "{s} was filed under repair code {v}",
                        "the workshop knows {s} as {v}",
                        "{v} is the repair code of {s}",
                        "quote {v} when you call about {s}",
                        "under which repair code was {s} filed?",
                        "what code do I quote when I call about {s}?",
                        "as what does the workshop know {s}?"));
    }
}

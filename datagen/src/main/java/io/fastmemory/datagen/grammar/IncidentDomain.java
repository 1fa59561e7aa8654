package io.fastmemory.datagen.grammar;

import static io.fastmemory.datagen.grammar.ValueKind.codes;
import static io.fastmemory.datagen.grammar.ValueKind.dates;
import static io.fastmemory.datagen.grammar.ValueKind.named;
import static io.fastmemory.datagen.grammar.ValueKind.people;
import static io.fastmemory.datagen.grammar.ValueKind.quantity;
import static io.fastmemory.datagen.grammar.ValueKind.times;
import static io.fastmemory.datagen.grammar.ValueKind.versions;
import static io.fastmemory.datagen.grammar.ValueKind.words;

import java.util.List;

/** Services and clusters, as an operations team talks of them. */
final class IncidentDomain {
    private IncidentDomain() {}

    static Domain create() {
        SubjectKind services = SubjectKind.pairs(
                List.of("checkout", "ledger", "search", "media", "billing", "harbor", "profile"),
                List.of("gateway", "worker", "cache", "scheduler", "proxy", "indexer"),
                "",
                true,
                Attribute.of(
                        "on-call engineer",
                        people(),
                        "{v} carries the pager for {s}",
                        "{s} pages {v}",
                        "alerts from {s} ring at {v}",
                        "the engineer on duty for {s} is {v}",
                        "who carries the pager for {s}?",
                        "who is on call for {s}?",
                        "at whose phone do alerts from {s} ring?"),
                Attribute.of(
                        "failover region",
                        words(
                                "Frankfurt",
                                "Dublin",
                                "Mumbai",
                                "Sydney",
                                "Montreal",
                                "Osaka",
                                "Stockholm",
                                "Santiago",
                                "Cape Town"),
                        "{s} fails over to {v}",
                        "{v} takes the load when {s} goes down",
                        "the standby of {s} lives in {v}",
                        "traffic of {s} lands in {v} on failover",
                        "to which region does {s} fail over?",
                        "where is the standby of {s}?",
                        "which region takes the load when {s} goes down?"),
                Attribute.of(
                        "connection limit",
                        quantity(100, 4000, 50, "connections"),
                        "{s} accepts {v}",
                        "{s} refuses work beyond {v}",
                        "we capped {s} at {v}",
                        "{v} is the ceiling on {s}",
                        "how many connections does {s} accept?",
                        "what is the connection limit on {s}?",
                        "at how many connections did we cap {s}?"),
                Attribute.of(
                        "rollback version",
                        versions(),
                        "the safe build of {s} is {v}",
                        "if {s} misbehaves, go back to {v}",
                        "{v} is what {s} rolls back to",
                        "{s} keeps {v} as its last good release",
                        "to which version does {s} roll back?",
                        "what is the last good release of {s}?",
                        "which build of {s} is the safe one?"));
        SubjectKind clusters = SubjectKind.words(
                List.of(
                        "Basalt", "Copper", "Delta", "Harbor", "Indigo", "Jade", "Krypton", "Lumen", "Nimbus", "Orion",
                        "Pine", "Quartz", "Sierra", "Vega"),
                " cluster",
                true,
                Attribute.of(
                        "patch date",
                        dates(),
                        "{s} gets patched on {v}",
                        "kernel updates reach {s} on {v}",
                        "{v} is patch day for {s}",
                        "{s} will be drained and patched on {v}",
                        "when does {s} get patched?",
                        "which day is patch day for {s}?",
                        "on what date do kernel updates reach {s}?"),
                Attribute.of(
                        "backup time",
                        times(),
                        "backups of {s} start at {v}",
                        "{s} is copied off at {v}",
                        "the snapshot job on {s} fires at {v}",
                        "{v} is backup time on {s}",
                        "at what time do backups of {s} start?",
                        "when does the snapshot job on {s} fire?",
                        "what is the backup time on {s}?"),
                Attribute.of(
                        "disk quota",
                        quantity(200, 9600, 100, "gigabytes"),
                        "{s} was given {v} of disk",
                        "each tenant on {s} may fill {v}",
                        "the quota on {s} stands at {v}",
                        "{s} stops writes after {v}",
                        "what is the disk quota on {s}?",
                        "how much disk was given to {s}?",
                        "after how many gigabytes does {s} stop writes?"),
                Attribute.of(
                        "access code",
                        codes(),
                        "the cage of {s} opens with {v}",
                        "{v} unlocks the racks of {s}",
                        "use {v} at the keypad for {s}",
                        "the door to {s} takes code {v}",
                        "which code opens the cage of {s}?",
                        "what do I type at the keypad for {s}?",
                        "what is the access code for {s}?"));
        SubjectKind crews = SubjectKind.pairs(
                List.of("Red", "Blue", "Green", "Grey", "White", "Black"),
                List.of(
                        "Granite", "Heron", "Cedar", "Magpie", "Walnut", "Osprey", "Thistle", "Badger", "Linden",
                        "Puffin", "Sparrow", "Juniper"),
                " crew",
                true);
        Attribute relation = Attribute.of(
                "owning crew",
                named(crews),
                "{s} is covered by {v}",
                "{v} owns the runbook of {s}",
                "{s} moved under the wing of {v}");
        Attribute bridge = Attribute.of(
                "bridge line",
                codes(),
                "{s} takes calls on bridge {v}",
                "bridge {v} reaches {s}",
                "join line {v} to talk to {s}");
        return Domain.of(
                List.of("pager", "runbook", "chat"),
                List.of(services, clusters),
                List.of(wide()),
                Relay.of(
                        services,
                        relation,
                        crews,
                        bridge,
                        "crew that covers {s}",
                        "which crew covers {s}, and on which bridge line do I reach that crew?",
                        "I have to talk to the crew that owns {s}; who are they and which bridge do they use?"),
                List.of(
                        "A graph wobbled for two minutes and then looked normal again.",
                        "{person} restarted a laptop and the VPN came back.",
                        "Somebody pasted a picture of {food} into the incident channel.",
                        "The {day} handover was short, nothing was open.",
                        "{person} asked for a bigger monitor and got {thing} instead.",
                        "The test alert fired on purpose, everybody clicked it away."));
    }

    private static SubjectKind wide() {
        return Names.pairs(
                " incident",
                Attribute.of(
                        "commander",
                        people(),
                        "{v} runs the call for {s}",
                        "{s} is led by {v}",
                        "the commander of {s} is {v}",
                        "during {s} all eyes are on {v}",
                        "who runs the call for {s}?",
                        "who is the commander of {s}?",
                        "by whom is {s} led?"),
                Attribute.of(
                        "root cause",
                        words(
                                "an expired certificate",
                                "a full disk",
                                "a bad index",
                                "a stuck lock",
                                "a leaking pool",
                                "a wrong flag",
                                "a lost route",
                                "a clock drift",
                                "a typo in a template",
                                "a cold cache"),
                        "{s} came down to {v}",
                        "behind {s} was {v}",
                        "the cause of {s} is {v}",
                        "what broke in {s} was {v}",
                        "what was the root cause of {s}?",
                        "what was behind {s}?",
                        "to what did {s} come down?"),
                Attribute.of(
                        "lost orders",
                        quantity(12, 996, 4, "orders"),
                        "{s} cost us {v}",
                        "because of {s} we dropped {v}",
                        "{v} went missing during {s}",
                        "the count for {s} stands at {v}",
                        "how many orders did {s} cost us?",
                        "how many orders went missing during {s}?",
                        "at how many orders does the count for {s} stand?"),
                Attribute.of(
                        "review date",
                        dates(),
                        "we go over {s} on {v}",
                        "the review of {s} is on {v}",
                        "{v} is set aside for looking back at {s}",
                        "{s} comes up for review on {v}",
                        "when do we go over {s}?",
                        "on which day is the review of {s}?",
                        "what date is set aside for looking back at {s}?"));
    }
}

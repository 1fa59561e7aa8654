package io.fastmemory.evaluation.cli;

import io.fastmemory.datagen.inspect.Inspection;
import io.fastmemory.evaluation.report.TerminalText;
import io.fastmemory.model.Event;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An inspection as text for people. */
final class InspectionText {
    private static final int BAR = 50;

    private final PrintWriter out;

    InspectionText(PrintWriter out) {
        this.out = out;
    }

    void print(Inspection found) {
        line("%s (%s)", found.dataset().name(), found.dataset().generator());
        for (Inspection.FileSize file : found.files()) {
            line(
                    "  %-14s %,15d bytes  %s",
                    file.name(),
                    file.bytes(),
                    file.intact() ? "as dataset.json says" : "CHANGED since dataset.json was written");
        }
        printEvents(found.events());
        printQueries(found.queries());
        printEntities(found.entities(), found.events().count());
        printTimeline(found.timeline());
        found.sampleEvents().forEach(this::print);
        found.sampleQueries().forEach(this::print);
    }

    private void printEvents(Inspection.Events events) {
        line("");
        line("events                 %,15d", events.count());
        printShares(events.categories(), events.count());
        printUnlabelled(events.unlabelled());
        line("  urgent               %,15d", events.urgent());
        line("  sources              %s", counts(events.sources()));
        line("  scopes               %s", counts(events.scopes()));
        line(
                "  text                 %,15d tokens, %,d in the longest, %.1f on average",
                events.tokens(), events.longestTokens(), events.tokens() / (double) Math.max(1, events.count()));
    }

    private void printQueries(Inspection.Queries queries) {
        line("");
        line("queries                %,15d", queries.count());
        printShares(queries.categories(), queries.count());
        printUnlabelled(queries.unlabelled());
        line("  with a deadline      %,15d", queries.withDeadline());
        line("  required facts       %,15d", queries.requiredFacts());
        line("  forbidden values     %,15d", queries.forbiddenFacts());
    }

    private void printShares(Map<String, Long> categories, long all) {
        categories.forEach((category, count) ->
                line("  %-20s %,15d  %5.1f %%", category, count, 100.0 * count / Math.max(1, all)));
    }

    private void printUnlabelled(long unlabelled) {
        if (unlabelled > 0) {
            line("  %-20s %,15d", "without a label", unlabelled);
        }
    }

    private void printEntities(Inspection.Entities entities, long events) {
        line("");
        line("entities               %,15d", entities.count());
        printSpread("events of an entity", entities.events());
        printSpread("tokens of an entity", entities.tokens());
        for (Inspection.EntityCount busy : entities.busiest()) {
            line(
                    "  %-20s %,15d  %5.1f %%",
                    busy.entityId(), busy.events(), 100.0 * busy.events() / Math.max(1, events));
        }
    }

    private void printSpread(String name, Inspection.Spread spread) {
        line(
                "  %-20s p50 %,d, p90 %,d, p99 %,d, max %,d",
                name, spread.p50(), spread.p90(), spread.p99(), spread.max());
    }

    private void printTimeline(Inspection.Timeline timeline) {
        line("");
        line("timeline               %,15d ms; a bar per %,d ms", timeline.lastOffsetMs(), timeline.bucketMillis());
        long most = Math.max(1, timeline.events().isEmpty() ? 1 : Collections.max(timeline.events()));
        for (int i = 0; i < timeline.events().size(); i++) {
            long events = timeline.events().get(i);
            line(
                    "  %,12d s  %,9d events %,8d queries  %s",
                    i * timeline.bucketMillis() / 1000,
                    events,
                    timeline.queries().get(i),
                    "#".repeat((int) (BAR * events / most)));
        }
    }

    private void print(Inspection.SampleEvent sample) {
        line("");
        printEvent("event ", sample.event());
        GoldEvent gold = sample.gold();
        if (gold != null) {
            line("  %s%s", gold.category().name().toLowerCase(Locale.ROOT), relations(gold));
            gold.facts().forEach(fact -> line("  asserts %s", describe(fact)));
        }
    }

    private static String relations(GoldEvent gold) {
        return (gold.duplicateOf() == null ? "" : ", says the same as " + gold.duplicateOf())
                + (gold.supersedes().isEmpty() ? "" : ", supersedes " + String.join(", ", gold.supersedes()))
                + (gold.group() == null ? "" : ", needed together as " + gold.group());
    }

    private void print(Inspection.SampleQuery sample) {
        line("");
        line(
                "query %s at %,d ms of %s: %s",
                sample.query().queryId(),
                sample.query().offsetMs(),
                String.join(", ", sample.query().entityIds()),
                sample.query().text());
        GoldQuery gold = sample.gold();
        if (gold != null) {
            line("  %s%s", gold.category(), gold.abstain() ? ": the right answer is to abstain" : "");
            gold.required()
                    .forEach(required -> line(
                            "  %s must be %s, by %s",
                            required.askId(), describe(required.fact()), String.join(" or ", required.evidence())));
            gold.forbidden()
                    .forEach(forbidden -> line("  %s must not be %s", forbidden.askId(), describe(forbidden.fact())));
        }
        sample.evidence().forEach(event -> printEvent("  evidence ", event));
    }

    private void printEvent(String kind, Event event) {
        line("%s%s at %,d ms of %s: %s", kind, event.eventId(), event.offsetMs(), event.entityId(), event.text());
    }

    private static String describe(Fact fact) {
        String attribute = fact.attribute() == null ? "" : ", " + fact.attribute();
        return '"' + fact.value() + '"' + unit(fact.unit()) + " (" + fact.subject() + attribute + ')';
    }

    private static String unit(@Nullable String unit) {
        return unit == null ? "" : " " + unit;
    }

    private static String counts(Map<String, Long> counts) {
        List<String> parts = counts.entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%s %,d", entry.getKey(), entry.getValue()))
                .collect(Collectors.toList());
        return String.join(", ", parts);
    }

    private void line(String format, Object... values) {
        out.println(TerminalText.line(String.format(Locale.ROOT, format, values)));
    }
}

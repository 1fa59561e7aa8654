package io.fastmemory.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Headline, causes of failure and score computed a second time, from the lines of {@code raw_rollouts.jsonl} and nothing
 * but a JSON parser: every formula is written down again here, and none of the program's classes takes part. Values of the
 * made-up run are plain words, so equality of strings stands in for equivalence of values.
 */
class IndependentRecomputationTest {
    @TempDir
    Path folder;

    @Test
    void headlineCausesAndScoreFollowFromTheRolloutsAlone() throws IOException {
        for (long seed = 1; seed <= 5; seed++) {
            Path run = Files.createDirectories(folder.resolve("run-" + seed));
            SyntheticRun.write(run, 12, 600, seed);
            EvalSummary summary = Evaluator.evaluate(run);
            assertThat(summary.reconciliation().differences()).isEmpty();

            Recomputed again = new Recomputed(run.resolve("raw_rollouts.jsonl"));

            EvalSummary.Headline headline = summary.headline();
            assertThat(again.causes()).isEqualTo(notZero(summary.failures()));
            assertThat(again.causes()).as("seed " + seed).hasSizeGreaterThan(6);
            assertThat(again.successRate()).isCloseTo(headline.answerSuccess(), within(1e-6));
            assertThat(again.quantile("useful", 0.50)).isEqualTo(headline.timeToUsefulMemoryMsP50());
            assertThat(again.quantile("useful", 0.95)).isEqualTo(headline.timeToUsefulMemoryMsP95());
            assertThat(again.quantile("ready", 0.50)).isEqualTo(headline.readyLagMsP50());
            assertThat(again.quantile("ready", 0.95)).isEqualTo(headline.readyLagMsP95());
            assertThat(again.score()).isCloseTo(headline.score(), within(1e-4));
            assertThat(again.score()).isBetween(5.0, 95.0);
            assertThat(again.episode()).isCloseTo(summary.quality().reward().episode(), within(1e-4));
        }
    }

    private static Map<String, Long> notZero(Map<String, Long> counts) {
        Map<String, Long> some = new TreeMap<>(counts);
        some.values().removeIf(count -> count == 0);
        return some;
    }

    /** The second computation. */
    private static final class Recomputed {
        private static final double TARGET_MS = 5_000;
        private static final double STORAGE = 2_000;
        private static final double INDEXING = 20;

        private final Map<String, JsonNode> events = new HashMap<>();
        private final Map<String, TreeMap<Integer, JsonNode>> versions = new HashMap<>();
        private final Map<String, List<JsonNode>> index = new HashMap<>();
        private final Map<String, List<String>> memoriesOfEvent = new HashMap<>();
        private final List<JsonNode> queries = new ArrayList<>();
        private final List<JsonNode> calls = new ArrayList<>();
        private final List<JsonNode> states = new ArrayList<>();
        private final Map<String, List<String>> supersedes = new HashMap<>();
        private final Map<String, GoldOne> gold = new LinkedHashMap<>();
        private final Map<String, Instant> falseFrom = new HashMap<>();
        private Instant end;

        private static final class GoldOne {
            Instant start;
            Instant supersededAt;
            Instant ready;
            Instant useful;
            final Set<String> evidence = new HashSet<>();
        }

        Recomputed(Path file) throws IOException {
            ObjectMapper parser = new ObjectMapper();
            for (String text : Files.readAllLines(file)) {
                add(parser.readTree(text));
            }
            supersedes.forEach((id, olds) -> {
                if (events.containsKey(id)) {
                    olds.forEach(old -> falseFrom.merge(old, time(events.get(id), "arrival_at"), Recomputed::earlier));
                }
            });
            queries.sort((a, b) -> time(a, "arrival_at").compareTo(time(b, "arrival_at")));
            queries.forEach(this::require);
            gold.values().forEach(this::live);
        }

        private void add(JsonNode line) {
            switch (line.get("kind").asText()) {
                case "event" -> events.put(line.get("event_id").asText(), line);
                case "label" -> supersedes.put(line.at("/gold/event_id").asText(), texts(line.at("/gold/supersedes")));
                case "version" -> {
                    JsonNode memory = line.get("memory");
                    String id = memory.get("memory_id").asText();
                    versions.computeIfAbsent(id, any -> new TreeMap<>())
                            .put(memory.get("version").asInt(), memory);
                    texts(memory.get("source_event_ids"))
                            .forEach(event -> memoriesOfEvent
                                    .computeIfAbsent(event, any -> new ArrayList<>())
                                    .add(id));
                }
                case "index" ->
                    index.computeIfAbsent(line.get("memory_id").asText(), any -> new ArrayList<>())
                            .add(line);
                case "query" -> queries.add(line);
                case "call" -> calls.add(line);
                case "state_digest" -> states.add(line);
                case "end" -> end = time(line, "ended_at");
                default -> {}
            }
        }

        // Judging

        private static boolean abstains(JsonNode query) {
            return query.at("/gold/abstain").asBoolean();
        }

        private static List<JsonNode> shown(JsonNode query) {
            List<JsonNode> hits = nodes(query.get("hits"));
            return hits.subList(0, Math.min(query.get("reader_hits").asInt(), hits.size()));
        }

        private static boolean says(JsonNode memory, JsonNode fact) {
            return nodes(memory.get("facts")).stream()
                    .anyMatch(stated -> same(stated, fact, "subject") && same(stated, fact, "value"));
        }

        private static boolean rests(JsonNode memory, JsonNode required) {
            Set<String> sources = new HashSet<>(texts(memory.get("source_event_ids")));
            return texts(required.get("evidence")).stream().anyMatch(sources::contains);
        }

        private static boolean supports(JsonNode hit, JsonNode required) {
            return rests(hit, required) && says(hit, required.get("fact"));
        }

        private static List<JsonNode> answersTo(JsonNode query, String askId) {
            return nodes(query.at("/answer/answers")).stream()
                    .filter(answer -> answer.get("ask_id").asText().equals(askId))
                    .toList();
        }

        private static boolean givesForbidden(JsonNode query, String askId) {
            return nodes(query.at("/gold/forbidden")).stream()
                    .filter(entry ->
                            askId == null || entry.get("ask_id").asText().equals(askId))
                    .anyMatch(entry -> answersTo(query, entry.get("ask_id").asText()).stream()
                            .anyMatch(answer -> same(answer, entry.get("fact"), "value")));
        }

        private static boolean valueRight(JsonNode query, JsonNode required) {
            String ask = required.get("ask_id").asText();
            List<JsonNode> answers = answersTo(query, ask);
            return answers.size() == 1
                    && same(answers.get(0), required.get("fact"), "value")
                    && !givesForbidden(query, ask);
        }

        private static boolean supported(JsonNode query, JsonNode required) {
            Set<String> cited = new HashSet<>();
            answersTo(query, required.get("ask_id").asText())
                    .forEach(answer -> cited.addAll(texts(answer.get("citations"))));
            return shown(query).stream()
                    .anyMatch(hit -> cited.contains(hit.get("memory_id").asText()) && supports(hit, required));
        }

        private static Set<String> cited(JsonNode query) {
            Set<String> cited = new TreeSet<>();
            nodes(query.at("/answer/answers")).forEach(answer -> cited.addAll(texts(answer.get("citations"))));
            return cited;
        }

        private static boolean correct(JsonNode query) {
            boolean abstained = query.at("/answer/abstained").asBoolean();
            return abstains(query)
                    ? abstained && query.at("/answer/answers").isEmpty()
                    : !abstained
                            && !givesForbidden(query, null)
                            && required(query).stream().allMatch(required -> valueRight(query, required));
        }

        private static boolean evidence(JsonNode query) {
            Set<String> ids = new HashSet<>();
            shown(query).forEach(hit -> ids.add(hit.get("memory_id").asText()));
            return abstains(query)
                    ? cited(query).isEmpty()
                    : ids.containsAll(cited(query))
                            && required(query).stream().allMatch(required -> supported(query, required));
        }

        private static boolean late(JsonNode query) {
            return millis(time(query, "arrival_at"), time(query, "answered_at"))
                    > query.get("deadline_ms").asDouble();
        }

        private static boolean success(JsonNode query) {
            return correct(query) && evidence(query) && !late(query);
        }

        private static double recallAt10(JsonNode query) {
            List<JsonNode> hits = nodes(query.get("hits"));
            List<JsonNode> first = hits.subList(0, Math.min(10, hits.size()));
            return share(required(query), required -> first.stream().anyMatch(hit -> rests(hit, required)));
        }

        private static double citationPrecision(JsonNode query) {
            return share(
                    List.copyOf(cited(query)),
                    id -> shown(query).stream()
                            .anyMatch(hit -> hit.get("memory_id").asText().equals(id)
                                    && required(query).stream().anyMatch(required -> supports(hit, required))));
        }

        // Causes

        Map<String, Long> causes() {
            Map<String, Long> causes = new TreeMap<>();
            for (JsonNode query : queries) {
                if (!success(query)) {
                    String cause = cause(query);
                    assertThat(query.get("cause").asText()).isEqualTo(cause);
                    causes.merge(cause, 1L, Long::sum);
                }
            }
            return causes;
        }

        private String cause(JsonNode query) {
            if (abstains(query)) {
                return late(query) ? "late" : "false_answer";
            }
            for (JsonNode required : required(query)) {
                if (!valueRight(query, required) || !supported(query, required)) {
                    return cause(query, required);
                }
            }
            return correct(query) ? evidence(query) ? "late" : "citation_wrong" : "reader_wrong";
        }

        private String cause(JsonNode query, JsonNode required) {
            Instant at = time(query, "retrieved_at");
            String event = texts(required.get("evidence")).get(0); // the made-up run has one for each fact
            boolean shown = shown(query).stream().anyMatch(hit -> supports(hit, required));
            if (!shown) {
                String written = writing(events.get(event), event, required, at);
                if (written != null) {
                    return written;
                }
            }
            boolean right = valueRight(query, required);
            if (!right && showsOld(query, required, at, true)) {
                return "not_updated";
            }
            if (!shown) {
                String indexed = indexing(event, required, at);
                if (indexed != null) {
                    return indexed;
                }
            }
            if (!right && showsOld(query, required, at, false)) {
                return "stale_in_index";
            }
            return !shown ? "not_retrieved" : right ? "citation_wrong" : "reader_wrong";
        }

        private String writing(JsonNode event, String id, JsonNode required, Instant at) {
            String[] stamps = {"arrival_at", "raw_committed_at", "called_at", "decided_at"};
            String[] causes = {"not_arrived", "raw_write_late", "queued", "in_flight"};
            for (int i = 0; i < stamps.length; i++) {
                if (time(event, stamps[i]).isAfter(at)) {
                    return causes[i];
                }
            }
            for (String memory : memoriesOfEvent.getOrDefault(id, List.of())) {
                JsonNode now = current(memory, at);
                if (now != null && texts(now.get("source_event_ids")).contains(id) && says(now, required.get("fact"))) {
                    return null;
                }
            }
            boolean ignored = calls.stream()
                    .flatMap(call -> nodes(call.get("actions")).stream())
                    .anyMatch(action -> action.get("type").asText().equals("ignore_event")
                            && action.get("event_id").asText().equals(id));
            return ignored ? "ignored" : "wrong";
        }

        private String indexing(String event, JsonNode required, Instant at) {
            String furthest = "not_indexed";
            for (String memory : memoriesOfEvent.getOrDefault(event, List.of())) {
                JsonNode now = current(memory, at);
                if (now == null
                        || !texts(now.get("source_event_ids")).contains(event)
                        || !says(now, required.get("fact"))) {
                    continue;
                }
                for (JsonNode step : index.getOrDefault(memory, List.of())) {
                    JsonNode version =
                            versions.get(memory).get(step.get("version").asInt());
                    if (!time(step, "requested_at").isAfter(at) && says(version, required.get("fact"))) {
                        if (!time(step, "visible_at").isAfter(at)) {
                            return null;
                        }
                        furthest = "index_lag";
                    }
                }
            }
            return furthest;
        }

        private boolean showsOld(JsonNode query, JsonNode required, Instant at, boolean stillSaid) {
            for (JsonNode hit : shown(query)) {
                for (JsonNode forbidden : nodes(query.at("/gold/forbidden"))) {
                    JsonNode now = current(hit.get("memory_id").asText(), at);
                    boolean stands = now == null || says(now, forbidden.get("fact"));
                    // the program also takes the bare word in a text for a statement
                    boolean stated = says(hit, forbidden.get("fact")) || word(hit, forbidden.get("fact"));
                    stands |= now != null && word(now, forbidden.get("fact"));
                    if (!supports(hit, required) && stated && stands == stillSaid) {
                        return true;
                    }
                }
            }
            return false;
        }

        private static boolean word(JsonNode memory, JsonNode fact) {
            return List.of(memory.get("content").asText().split(" "))
                    .contains(fact.get("value").asText());
        }

        private JsonNode current(String memory, Instant at) {
            JsonNode now = null;
            for (JsonNode version :
                    versions.getOrDefault(memory, new TreeMap<>()).values()) {
                now = time(version, "decided_at").isAfter(at) ? now : version;
            }
            return now;
        }

        // Times

        private void require(JsonNode query) {
            for (JsonNode required : required(query)) {
                GoldOne one = gold.computeIfAbsent(key(required), any -> new GoldOne());
                one.evidence.addAll(texts(required.get("evidence")));
                for (String id : texts(required.get("evidence"))) {
                    one.start = earlier(one.start, time(events.get(id), "arrival_at"));
                    if (falseFrom.containsKey(id)) {
                        one.supersededAt = earlier(one.supersededAt, falseFrom.get(id));
                    }
                }
                if (success(query)) {
                    one.useful = earlier(one.useful, time(query, "answered_at"));
                }
            }
        }

        private static String key(JsonNode required) {
            return required.get("fact").toString() + required.get("evidence");
        }

        private void live(GoldOne one) {
            for (String event : one.evidence) {
                for (String memory : memoriesOfEvent.getOrDefault(event, List.of())) {
                    for (JsonNode step : index.getOrDefault(memory, List.of())) {
                        JsonNode version =
                                versions.get(memory).get(step.get("version").asInt());
                        Instant visible = time(step, "visible_at");
                        boolean asserts = texts(version.get("source_event_ids")).contains(event)
                                && gold.entrySet().stream()
                                        .filter(entry -> entry.getValue() == one)
                                        .anyMatch(entry -> says(version, fact(entry.getKey())));
                        if (asserts && (one.supersededAt == null || visible.isBefore(one.supersededAt))) {
                            one.ready = earlier(one.ready, visible);
                        }
                    }
                }
            }
        }

        private static JsonNode fact(String key) {
            try {
                return new ObjectMapper().readTree(key);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** Share still waiting after each time, multiplied up over the times at which some wait ended. */
        Double quantile(String what, double p) {
            TreeMap<Double, Integer> ended = new TreeMap<>();
            List<Double> all = new ArrayList<>();
            for (GoldOne one : gold.values()) {
                Instant at = what.equals("ready") ? one.ready : one.useful;
                Instant gaveUp = one.supersededAt == null || one.supersededAt.isAfter(end) ? end : one.supersededAt;
                double waited = millis(one.start, at == null ? gaveUp : at);
                all.add(waited);
                if (at != null) {
                    ended.merge(waited, 1, Integer::sum);
                }
            }
            double waiting = 1;
            for (Map.Entry<Double, Integer> time : ended.entrySet()) {
                long atRisk =
                        all.stream().filter(waited -> waited >= time.getKey()).count();
                waiting *= 1 - (double) time.getValue() / atRisk;
                if (waiting <= 1 - p + 1e-9) {
                    return Math.round(time.getKey() * 1_000) / 1_000.0;
                }
            }
            return null;
        }

        // Score and reward

        double successRate() {
            return share(answerable(), Recomputed::success);
        }

        private List<JsonNode> answerable() {
            return queries.stream().filter(query -> !abstains(query)).toList();
        }

        private double freshnessLoss(JsonNode query) {
            double loss = 0;
            for (JsonNode required : required(query)) {
                GoldOne one = gold.get(key(required));
                loss = Math.max(loss, one.ready == null ? 1 : Math.min(1, millis(one.start, one.ready) / TARGET_MS));
            }
            return loss;
        }

        double score() {
            List<JsonNode> asked = answerable();
            double earned = 0.30 * share(asked, Recomputed::correct)
                    + 0.25 * share(asked, Recomputed::evidence)
                    + 0.15
                            * asked.stream()
                                    .mapToDouble(Recomputed::recallAt10)
                                    .average()
                                    .orElseThrow()
                    + 0.10
                            * asked.stream()
                                    .mapToDouble(Recomputed::citationPrecision)
                                    .average()
                                    .orElseThrow()
                    + 0.20
                            * asked.stream()
                                    .mapToDouble(query -> 1 - freshnessLoss(query))
                                    .average()
                                    .orElseThrow();
            double late = share(
                    List.copyOf(events.values()),
                    event -> millis(time(event, "arrival_at"), time(event, "decided_at")) > TARGET_MS);
            double storage = states.stream()
                    .mapToDouble(state -> Math.min(1, state.get("tokens").asDouble() / STORAGE))
                    .average()
                    .orElseThrow();
            double stale = share(asked, query -> givesForbidden(query, null));
            return 100 * (earned - 0.25 * late - 0.20 * storage - 0.20 * stale - 0.15 * duplicates());
        }

        private double duplicates() {
            int active = 0;
            int duplicates = 0;
            for (JsonNode state : states) {
                List<JsonNode> memories = new ArrayList<>();
                nodes(state.get("active"))
                        .forEach(memory -> memories.add(
                                versions.get(memory.get("memory_id").asText())
                                        .get(memory.get("version").asInt())));
                Set<String> said = new HashSet<>();
                for (JsonNode memory : memories) {
                    active++;
                    duplicates += said.add(memory.get("facts").toString()) ? 0 : 1;
                }
            }
            return (double) duplicates / active;
        }

        double episode() {
            double episode = 0;
            for (JsonNode query : queries) {
                episode += (success(query) ? 1 : 0) - 0.5 * freshnessLoss(query);
            }
            for (JsonNode call : calls) {
                for (JsonNode result : nodes(call.get("results"))) {
                    episode -= 0.1 * result.get("storage_tokens_delta").asDouble() / STORAGE;
                    episode -= result.get("action_type").asText().equals("index_now") ? 0.1 / INDEXING : 0;
                    episode -= result.get("success").asBoolean() ? 0 : 0.05;
                }
            }
            return episode;
        }

        // Reading JSON

        private static List<JsonNode> required(JsonNode query) {
            return nodes(query.at("/gold/required"));
        }

        private static List<JsonNode> nodes(JsonNode array) {
            List<JsonNode> nodes = new ArrayList<>();
            array.forEach(nodes::add);
            return nodes;
        }

        private static List<String> texts(JsonNode array) {
            return nodes(array).stream().map(JsonNode::asText).toList();
        }

        private static boolean same(JsonNode a, JsonNode b, String field) {
            return a.get(field)
                    .asText()
                    .toLowerCase(Locale.ROOT)
                    .equals(b.get(field).asText().toLowerCase(Locale.ROOT));
        }

        private static Instant time(JsonNode line, String field) {
            return Instant.parse(line.get(field).asText());
        }

        private static Instant earlier(Instant a, Instant b) {
            return a == null || b.isBefore(a) ? b : a;
        }

        private static double millis(Instant from, Instant to) {
            return Duration.between(from, to).toNanos() / 1e6;
        }

        private static <T> double share(List<T> all, Predicate<T> which) {
            return all.isEmpty() ? 0 : (double) all.stream().filter(which).count() / all.size();
        }
    }
}

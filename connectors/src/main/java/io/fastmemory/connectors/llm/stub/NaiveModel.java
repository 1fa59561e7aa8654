package io.fastmemory.connectors.llm.stub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.model.Json;
import io.fastmemory.model.TokenEstimator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The stand-in for a language model: it reads only the JSON of the prompt, with one naive extraction of statements.
 *
 * <p>It exists so that everything around a model can run without one. It keeps every statement, updates a memory whose
 * fact got another value, and answers by word overlap. It is not meant to be good at it, and is tuned to no data.
 */
public final class NaiveModel implements ScriptedModel {
    private static final int FEW_INDEX_OPERATIONS = 3;
    private static final int SHORT_DELAY_MILLIS = 5_000;
    private static final int MIN_OVERLAP = 2;

    @Override
    public String answer(String systemPrompt, List<Message> conversation) {
        for (int i = conversation.size() - 1; i >= 0; i--) {
            // A repair request does not repeat the question, so the last message that is one counts.
            JsonNode request = conversation.get(i).role() == Role.USER
                    ? object(conversation.get(i).content())
                    : null;
            if (request != null && request.path("events").isArray()) {
                return new Decision(request).answer();
            }
            if (request != null && request.path("asks").isArray()) {
                return reading(request);
            }
        }
        return "{}";
    }

    private static @Nullable JsonNode object(String content) {
        int from = content.indexOf('{');
        int to = content.lastIndexOf('}');
        if (from < 0 || to < from) {
            return null;
        }
        try {
            return Json.MAPPER.readTree(content.substring(from, to + 1));
        } catch (JsonProcessingException notARequest) {
            return null;
        }
    }

    private static String reading(JsonNode request) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ArrayNode answers = answer.putArray("answers");
        List<String> said = new ArrayList<>();
        for (JsonNode ask : request.path("asks")) {
            Found found = find(request, ask);
            if (found != null) {
                answers.addObject()
                        .put("ask_id", ask.path("ask_id").asText())
                        .put("value", found.value)
                        .putArray("citations")
                        .add(found.memoryId);
                said.add(found.value);
            }
        }
        return answer.put("text", String.join("; ", said))
                .put("abstained", said.isEmpty())
                .toString();
    }

    private static @Nullable Found find(JsonNode request, JsonNode ask) {
        Set<String> subject = Statements.words(ask.path("subject").asText());
        Set<String> attribute = Statements.words(ask.path("attribute").asText(""));
        Set<String> wanted = Statements.words(request.path("question").asText());
        wanted.addAll(subject);
        wanted.addAll(attribute);
        Found best = null;
        for (JsonNode memory : request.path("memories")) {
            String id = memory.path("memory_id").asText();
            for (JsonNode fact : memory.path("facts")) {
                Set<String> about = Statements.words(fact.path("subject").asText());
                Set<String> property = Statements.words(fact.path("attribute").asText(""));
                boolean fits = overlap(subject, about) > 0 && (overlap(wanted, property) > 0);
                int score = 2 * overlap(subject, about) + 2 * overlap(attribute, property) + overlap(wanted, property);
                best = fits ? better(best, score, id, fact.path("value").asText()) : best;
            }
            for (String sentence : Statements.sentences(memory.path("content").asText())) {
                int score = overlap(wanted, Statements.words(sentence));
                boolean fits = score >= MIN_OVERLAP && overlap(subject, Statements.words(sentence)) > 0;
                best = fits ? better(best, score, id, sentence) : best;
            }
        }
        return best;
    }

    private static @Nullable Found better(@Nullable Found best, int score, String memoryId, String value) {
        return value.isBlank() || (best != null && best.score >= score) ? best : new Found(score, memoryId, value);
    }

    private static int overlap(Set<String> some, Set<String> others) {
        int count = 0;
        for (String word : some) {
            count += others.contains(word) ? 1 : 0;
        }
        return count;
    }

    /** A value that may answer an ask. */
    private record Found(int score, String memoryId, String value) {}

    /** A memory to be written, or a memory's new version if it has an id. */
    private static final class Draft {
        final @Nullable JsonNode old;
        final List<String> sources = new ArrayList<>();
        String content = "";
        List<Statements.Statement> facts = List.of();
        boolean urgent;

        Draft(@Nullable JsonNode old) {
            this.old = old;
        }

        void take(JsonNode event, List<Statements.Statement> extracted) {
            content = event.path("text").asText();
            facts = extracted;
            sources.add(event.path("event_id").asText());
            urgent |= event.path("urgency").asText().equalsIgnoreCase("urgent");
        }
    }

    /** One policy request on its way to its actions. */
    private static final class Decision {
        private final JsonNode request;
        private final ArrayNode actions = Json.MAPPER.createArrayNode();
        private final List<Draft> drafts = new ArrayList<>();
        private final Map<String, Draft> draftOfSlot = new LinkedHashMap<>();
        private final Map<String, JsonNode> memoryOfSlot = new LinkedHashMap<>();
        private final Set<String> known = new HashSet<>();
        private final Set<String> touched = new HashSet<>();
        private long storageLeft;
        private long indexLeft;

        Decision(JsonNode request) {
            this.request = request;
            storageLeft = request.path("storage_budget").path("left").asLong(Long.MAX_VALUE);
            indexLeft = request.path("indexing_budget").path("left").asLong(Long.MAX_VALUE);
            for (JsonNode memory : request.path("active_memories")) {
                known.add(Statements.normalised(memory.path("content").asText()));
                for (JsonNode fact : memory.path("facts")) {
                    String slot = slot(
                            fact.path("subject").asText(),
                            fact.path("attribute").asText(""));
                    if (!slot.isEmpty()) {
                        memoryOfSlot.putIfAbsent(slot, memory);
                        known.add(slot + "="
                                + Statements.normalised(fact.path("value").asText()));
                    }
                }
            }
        }

        String answer() {
            request.path("events").forEach(this::read);
            drafts.forEach(this::write);
            indexForgotten();
            ObjectNode answer = Json.MAPPER.createObjectNode();
            answer.set("actions", actions);
            return answer.toString();
        }

        private void read(JsonNode event) {
            String text = event.path("text").asText();
            List<Statements.Statement> facts = Statements.of(text);
            if (!Statements.saysSomething(text)) {
                ignore(event.path("event_id").asText(), "no statement");
            } else if (!known.add(Statements.normalised(text)) || isKnown(facts)) {
                ignore(event.path("event_id").asText(), "already known");
            } else {
                List<Statements.Statement> replaceable =
                        facts.stream().filter(fact -> !slot(fact).isEmpty()).toList();
                draftFor(replaceable).take(event, facts);
                for (Statements.Statement fact : replaceable) {
                    known.removeIf(entry -> entry.startsWith(slot(fact) + "="));
                    known.add(slot(fact) + "=" + Statements.normalised(fact.value()));
                }
            }
        }

        private boolean isKnown(List<Statements.Statement> facts) {
            return !facts.isEmpty()
                    && facts.stream()
                            .allMatch(fact -> known.contains(slot(fact) + "=" + Statements.normalised(fact.value())));
        }

        /** The draft that already speaks of one of the facts, else one for the memory that does, else a new one. */
        private Draft draftFor(List<Statements.Statement> facts) {
            Draft draft = null;
            for (Statements.Statement fact : facts) {
                draft = draft == null ? draftOfSlot.get(slot(fact)) : draft;
            }
            for (Statements.Statement fact : facts) {
                JsonNode memory = memoryOfSlot.get(slot(fact));
                if (draft == null
                        && memory != null
                        && touched.add(memory.path("memory_id").asText())) {
                    draft = new Draft(memory);
                    drafts.add(draft);
                }
            }
            if (draft == null) {
                draft = new Draft(null);
                drafts.add(draft);
            }
            for (Statements.Statement fact : facts) {
                draftOfSlot.put(slot(fact), draft);
            }
            return draft;
        }

        private void write(Draft draft) {
            long refund = draft.old == null ? 0 : draft.old.path("tokens").asLong();
            long cost = TokenEstimator.tokens(draft.content) - refund;
            makeRoom(cost, draft);
            if (cost > storageLeft) {
                draft.sources.forEach(event -> ignore(event, "no storage left"));
                return;
            }
            storageLeft -= cost;
            int index = actions.size();
            ObjectNode action = actions.addObject();
            if (draft.old == null) {
                action.put("type", "write_memory")
                        .put("reason", "new statement")
                        .put("layer", "fact");
            } else {
                action.put("type", "update_memory")
                        .put("reason", "another value")
                        .set("memory_id", draft.old.path("memory_id"));
            }
            action.put("content", draft.content);
            putFacts(action, draft.facts);
            ArrayNode sources = action.putArray("source_event_ids");
            draft.sources.forEach(sources::add);
            index("$" + index, draft.urgent);
        }

        /** Shortens the two oldest memories into one while that frees enough, else drops the oldest. */
        private void makeRoom(long cost, Draft draft) {
            List<JsonNode> oldest = new ArrayList<>();
            request.path("active_memories").forEach(oldest::add);
            oldest.removeIf(memory -> touched.contains(memory.path("memory_id").asText()));
            oldest.sort(
                    Comparator.comparingLong(memory -> -memory.path("age_ms").asLong()));
            long freeable = oldest.stream()
                    .mapToLong(memory -> memory.path("tokens").asLong())
                    .sum();
            while (cost > storageLeft && cost - storageLeft <= freeable && !oldest.isEmpty()) {
                JsonNode first = oldest.remove(0);
                touched.add(first.path("memory_id").asText());
                storageLeft += first.path("tokens").asLong();
                freeable -= first.path("tokens").asLong();
                JsonNode second = oldest.isEmpty() ? null : oldest.get(0);
                String merged = second == null ? "" : beginnings(first, second);
                long freed = second == null ? 0 : second.path("tokens").asLong() - TokenEstimator.tokens(merged);
                if (second != null && !merged.isBlank() && storageLeft + freed >= cost) {
                    oldest.remove(0);
                    freeable -= second.path("tokens").asLong();
                    touched.add(second.path("memory_id").asText());
                    storageLeft += freed;
                    compress(first, second, merged);
                } else {
                    ObjectNode stale =
                            actions.addObject().put("type", "mark_stale").put("reason", "no storage left");
                    stale.set("memory_id", first.path("memory_id"));
                    draft.sources.forEach(stale.putArray("source_event_ids")::add);
                }
            }
        }

        private void compress(JsonNode first, JsonNode second, String merged) {
            int index = actions.size();
            ObjectNode action =
                    actions.addObject().put("type", "compress_memory").put("reason", "no storage left");
            action.putArray("memory_ids").add(first.path("memory_id")).add(second.path("memory_id"));
            action.put("content", merged);
            putFacts(action, Statements.of(merged));
            index("$" + index, false);
        }

        private static String beginnings(JsonNode first, JsonNode second) {
            StringBuilder merged = new StringBuilder();
            for (JsonNode memory : List.of(first, second)) {
                List<String> sentences =
                        Statements.sentences(memory.path("content").asText());
                merged.append(sentences.isEmpty() ? "" : sentences.get(0)).append(' ');
            }
            return merged.toString().strip();
        }

        private void index(String reference, boolean urgent) {
            if (indexLeft <= 0) {
                return;
            }
            ObjectNode action = actions.addObject().put("memory_id", reference);
            if (indexLeft <= FEW_INDEX_OPERATIONS && !urgent) {
                action.put("type", "delay_index")
                        .put("delay_ms", SHORT_DELAY_MILLIS)
                        .put("reason", "few operations left");
            } else {
                action.put("type", "index_now").put("reason", "to be found");
            }
            indexLeft--;
        }

        /** Makes up for memories that were written when no index operation was left. */
        private void indexForgotten() {
            for (JsonNode memory : request.path("active_memories")) {
                String id = memory.path("memory_id").asText();
                boolean forgotten = memory.path("index_state").asText().equals("none") && !touched.contains(id);
                if (forgotten && indexLeft > FEW_INDEX_OPERATIONS) {
                    index(id, false);
                }
            }
        }

        private void ignore(String eventId, String reason) {
            actions.addObject()
                    .put("type", "ignore_event")
                    .put("event_id", eventId)
                    .put("reason", reason);
        }

        private static void putFacts(ObjectNode action, List<Statements.Statement> facts) {
            ArrayNode array = action.putArray("facts");
            for (Statements.Statement fact : facts) {
                ObjectNode entry = array.addObject().put("subject", fact.subject());
                if (!fact.attribute().isEmpty()) {
                    entry.put("attribute", fact.attribute());
                }
                entry.put("value", fact.value());
            }
        }

        private static String slot(Statements.Statement fact) {
            return slot(fact.subject(), fact.attribute());
        }

        /** What a value can replace another one of; empty for a statement without attribute, which replaces nothing. */
        private static String slot(String subject, String attribute) {
            Set<String> property = new TreeSet<>(Statements.words(attribute));
            return property.isEmpty()
                    ? ""
                    : Statements.normalised(subject) + "|"
                            + String.join(" ", property).toLowerCase(Locale.ROOT);
        }
    }
}

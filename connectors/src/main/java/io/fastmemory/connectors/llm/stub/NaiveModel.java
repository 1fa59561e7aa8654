package io.fastmemory.connectors.llm.stub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Json;
import io.fastmemory.model.TokenEstimator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The stand-in for a language model: it reads only the JSON of the prompt, with one naive extraction of statements.
 *
 * <p>It exists so that everything around a model can run without one. It keeps every statement, updates a memory whose
 * fact got another value, answers by word overlap, and judges by equal words. It is not meant to be good at it, and is tuned to no data.
 */
public final class NaiveModel implements ScriptedModel {
    private static final int FEW_INDEX_OPERATIONS = 3;
    private static final int SHORT_DELAY_MILLIS = 5_000;

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
            if (request != null && request.path("given").isArray()) {
                return ruling(request);
            }
        }
        return "{}";
    }

    private static @Nullable JsonNode object(String content) {
        try {
            return Json.MAPPER.readTree(content);
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

    /** An answer is right to it if each expected value, or an alias, was given in the same words. */
    private static String ruling(JsonNode request) {
        Set<String> given = new HashSet<>();
        for (JsonNode value : request.path("given")) {
            given.add(value.path("ask_id").asText() + "="
                    + Statements.normalised(value.path("value").asText()));
        }
        boolean correct = true;
        for (JsonNode expected : request.path("expected")) {
            List<String> spellings =
                    new ArrayList<>(List.of(expected.path("value").asText()));
            expected.path("aliases").forEach(alias -> spellings.add(alias.asText()));
            String askId = expected.path("ask_id").asText();
            correct &= spellings.stream().anyMatch(one -> given.contains(askId + "=" + Statements.normalised(one)));
        }
        return Json.MAPPER
                .createObjectNode()
                .put("correct", correct)
                .put("reason", correct ? "the same words" : "other words")
                .toString();
    }

    private static @Nullable Found find(JsonNode request, JsonNode ask) {
        Set<String> subject = Statements.words(ask.path("subject").asText());
        Set<String> wanted = Statements.words(
                request.path("question").asText() + " " + ask.path("attribute").asText(""));
        wanted.removeAll(subject);
        Found best = null;
        for (JsonNode memory : request.path("memories")) {
            String id = memory.path("memory_id").asText();
            for (JsonNode fact : memory.path("facts")) {
                int about =
                        overlap(subject, Statements.words(fact.path("subject").asText()));
                int property =
                        overlap(wanted, Statements.words(fact.path("attribute").asText("")));
                best = better(best, about, property, 2, id, fact.path("value").asText());
            }
            for (String sentence : Statements.sentences(memory.path("content").asText())) {
                Set<String> words = Statements.words(sentence);
                Set<String> asked = new HashSet<>(subject);
                asked.addAll(wanted);
                String value = Statements.nameOrNumber(sentence, asked);
                best = better(best, overlap(subject, words), overlap(wanted, words), 1, id, value);
            }
        }
        return best;
    }

    /** A value is a candidate when its words meet the subject's and the question's; more of both is better. */
    private static @Nullable Found better(
            @Nullable Found best, int about, int asked, int weight, String memoryId, String value) {
        int score = weight * (about + asked);
        boolean fits = about > 0 && asked > 0 && !value.isBlank();
        return fits && (best == null || score > best.score) ? new Found(score, memoryId, value) : best;
    }

    private static int overlap(Set<String> some, Set<String> others) {
        return (int) some.stream().filter(others::contains).count();
    }

    /** A value that may answer an ask. */
    private record Found(int score, String memoryId, String value) {}

    /** A memory to be written, or a memory's new version if there is an old one. */
    private static final class Draft {
        final @Nullable JsonNode old;
        final ArrayNode sources = Json.MAPPER.createArrayNode();
        String content = "";
        List<Fact> facts = List.of();
        boolean urgent;

        Draft(@Nullable JsonNode old) {
            this.old = old;
        }
    }

    /** One policy request on its way to its actions. */
    private static final class Decision {
        private final JsonNode request;
        private final ArrayNode actions = Json.MAPPER.createArrayNode();
        private final Map<String, JsonNode> memoryOfSlot = new LinkedHashMap<>();
        private final Set<String> known = new HashSet<>();

        /** By the id of the memory they rewrite, else by what they speak of, else by their event. */
        private final Map<String, Draft> drafts = new LinkedHashMap<>();

        private long storageLeft;
        private long indexLeft;

        Decision(JsonNode request) {
            this.request = request;
            storageLeft = request.path("storage_budget").path("left").asLong(Long.MAX_VALUE);
            indexLeft = request.path("indexing_budget").path("left").asLong(Long.MAX_VALUE);
            for (JsonNode memory : request.path("active_memories")) {
                known.add(Statements.normalised(memory.path("content").asText()));
                for (JsonNode json : memory.path("facts")) {
                    Fact fact = Json.MAPPER.convertValue(json, Fact.class);
                    memoryOfSlot.putIfAbsent(slot(fact), memory);
                    known.add(said(fact));
                }
            }
            memoryOfSlot.remove("");
        }

        String answer() {
            request.path("events").forEach(this::read);
            drafts.values().forEach(this::write);
            ObjectNode answer = Json.MAPPER.createObjectNode();
            answer.set("actions", actions);
            return answer.toString();
        }

        private void read(JsonNode event) {
            String text = event.path("text").asText();
            JsonNode eventId = event.path("event_id");
            List<Fact> facts = Statements.of(text);
            if (!Statements.saysSomething(text)) {
                ignore(eventId, "no statement");
            } else if (!known.add(Statements.normalised(text))
                    || (!facts.isEmpty() && facts.stream().allMatch(fact -> known.contains(said(fact))))) {
                ignore(eventId, "already known");
            } else {
                Draft draft = draftFor(facts, eventId.asText());
                draft.content = text;
                draft.facts = facts;
                draft.sources.add(eventId);
                draft.urgent |= event.path("urgency").asText().equalsIgnoreCase("urgent");
                for (Fact fact : facts) {
                    known.removeIf(entry -> !slot(fact).isEmpty() && entry.startsWith(slot(fact) + "="));
                    known.add(said(fact));
                }
            }
        }

        private Draft draftFor(List<Fact> facts, String eventId) {
            for (Fact fact : facts) {
                JsonNode memory = memoryOfSlot.get(slot(fact));
                if (memory != null) {
                    return drafts.computeIfAbsent(memory.path("memory_id").asText(), id -> new Draft(memory));
                }
            }
            String slot = facts.stream()
                    .map(Decision::slot)
                    .filter(some -> !some.isEmpty())
                    .findFirst()
                    .orElse(eventId);
            return drafts.computeIfAbsent(slot, id -> new Draft(null));
        }

        private void write(Draft draft) {
            long refund = draft.old == null ? 0 : draft.old.path("tokens").asLong();
            long cost = TokenEstimator.tokens(draft.content, draft.facts) - refund;
            if (cost > storageLeft) {
                draft.sources.forEach(eventId -> ignore(eventId, "no storage left"));
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
            action.set("facts", Json.MAPPER.valueToTree(draft.facts));
            action.set("source_event_ids", draft.sources);
            index("$" + index, draft.urgent);
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

        private void ignore(JsonNode eventId, String reason) {
            ObjectNode action = actions.addObject().put("type", "ignore_event").put("reason", reason);
            action.set("event_id", eventId);
        }

        /** What a value can replace another one of; empty for a statement without attribute, which replaces nothing. */
        private static String slot(Fact fact) {
            String attribute = fact.attribute();
            Set<String> property = attribute == null ? Set.of() : new TreeSet<>(Statements.words(attribute));
            return property.isEmpty() ? "" : Statements.normalised(fact.subject()) + "|" + String.join(" ", property);
        }

        private static String said(Fact fact) {
            String slot = slot(fact);
            return (slot.isEmpty() ? Statements.normalised(fact.subject()) : slot) + "="
                    + Statements.normalised(fact.value());
        }
    }
}

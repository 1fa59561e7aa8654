package io.fastmemory.evaluation.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.evaluation.metric.InvalidRolloutException;
import io.fastmemory.evaluation.metric.JsonLines;
import io.fastmemory.evaluation.report.Stories.ActionStory;
import io.fastmemory.evaluation.report.Stories.CallStory;
import io.fastmemory.evaluation.report.Stories.EventText;
import io.fastmemory.evaluation.report.Stories.Told;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads from the rollouts the texts and actions that the metrics do without, of the wanted calls and queries only. */
final class StoryTexts {
    private final Set<String> wantedCalls;
    private final Set<String> wantedQueries;
    private final RunClock clock;
    private final Told told = new Told(new HashMap<>(), new HashMap<>(), new HashMap<>());

    private StoryTexts(Set<String> wantedCalls, Set<String> wantedQueries, RunClock clock) {
        this.wantedCalls = wantedCalls;
        this.wantedQueries = wantedQueries;
        this.clock = clock;
    }

    /**
     * Reads them.
     *
     * @param calls keys of the calls
     * @param queries ids of the queries
     * @throws InvalidRolloutException naming file and line, if one is no rollout line
     */
    static Told read(Path file, Set<String> calls, Set<String> queries, RunClock clock) throws IOException {
        StoryTexts texts = new StoryTexts(calls, queries, clock);
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            long number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains("\"call\"") || line.contains("\"query\"")) {
                    texts.add(parse(line, file, number));
                }
                number++;
            }
        } catch (CharacterCodingException e) {
            JsonLines.read(file, RolloutLine.class, (line, number, bytes) -> {}); // which names the line
            throw e;
        }
        return texts.told;
    }

    private static RolloutLine parse(String line, Path file, long number) throws InvalidRolloutException {
        try {
            return Json.MAPPER.readValue(line, RolloutLine.class);
        } catch (JsonProcessingException e) {
            throw new InvalidRolloutException(
                    file,
                    number,
                    "expected a rollout line, found " + e.getOriginalMessage() + "; evaluate the run anew");
        }
    }

    private void add(RolloutLine line) {
        if (line instanceof QueryLine query && wantedQueries.contains(query.queryId())) {
            told.queries().putIfAbsent(query.queryId(), Clipped.text(query.text()));
        } else if (line instanceof CallLine call) {
            String key = Stories.callKey(call.entityId(), call.callSeq());
            if (wantedCalls.contains(key) && told.calls().putIfAbsent(key, story(call)) == null) {
                addEvents(call.request());
            }
        }
    }

    private void addEvents(@Nullable JsonNode request) {
        if (request == null) {
            return;
        }
        for (JsonNode event : request.path("events")) {
            told.events()
                    .putIfAbsent(
                            event.path("event_id").asText(),
                            new EventText(text(event, "source"), Clipped.orNull(text(event, "text"))));
        }
    }

    private CallStory story(CallLine call) {
        List<ActionStory> actions = new ArrayList<>();
        for (int i = 0; i < call.actions().size() && i < call.results().size(); i++) {
            actions.add(story(call.actions().get(i), call.results().get(i)));
        }
        return new CallStory(
                call.eventIds(),
                call.outcome(),
                Clipped.orNull(call.reason()),
                clock.millis(call.calledAt()),
                clock.millis(call.decidedAt()),
                call.repairs().size(),
                actions);
    }

    private static ActionStory story(JsonNode action, ActionResult result) {
        List<String> eventIds = new ArrayList<>();
        action.path("source_event_ids").forEach(id -> eventIds.add(id.asText()));
        if (action.hasNonNull("event_id")) {
            eventIds.add(action.path("event_id").asText());
        }
        String made = result.payload().get("memory_id");
        ActionResult.ActionError error = result.error();
        return new ActionStory(
                result.actionType(),
                Clipped.orNull(text(action, "reason")),
                eventIds,
                made != null ? made : text(action, "memory_id"),
                error == null
                        ? null
                        : Clipped.text(error.code().name().toLowerCase(Locale.ROOT) + ": " + error.message()));
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.hasNonNull(field) ? node.path(field).asText() : null;
    }
}

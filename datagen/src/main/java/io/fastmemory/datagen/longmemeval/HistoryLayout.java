package io.fastmemory.datagen.longmemeval;

import io.fastmemory.datagen.imports.Findings;
import io.fastmemory.datagen.imports.ImportReport.Kind;
import io.fastmemory.datagen.imports.Moment;
import io.fastmemory.datagen.imports.Pace;
import io.fastmemory.datagen.longmemeval.History.Session;
import io.fastmemory.datagen.longmemeval.History.Turn;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lays one history out on the timeline and labels it. */
final class HistoryLayout {
    private static final String ASK_ID = "a1";
    private static final String KNOWLEDGE_UPDATE = "knowledge-update";
    private static final Duration TURN_TIME = Duration.ofSeconds(30);

    private final History history;
    private final String entityId;
    private final Pace pace;
    private final Findings findings;
    /** Ids of the turns that are evidence, a list for each answer session, in the order of the sessions. */
    private final List<List<String>> evidence = new ArrayList<>();
    /** Whether all answer sessions are there and have turns to point at. */
    private boolean complete = true;

    HistoryLayout(History history, String entityId, Pace pace, Findings findings) {
        this.history = history;
        this.entityId = entityId;
        this.pace = pace;
        this.findings = findings;
    }

    List<Moment> moments(long startMs) {
        findEvidence();
        Fact answer = history.answer() == null ? null : Fact.of(history.question(), null, history.answer());
        List<Moment> moments = new ArrayList<>();
        long offset = startMs;
        for (int session = 0; session < history.sessions().size(); session++) {
            Session chat = history.sessions().get(session);
            for (int turn = 0; turn < chat.turns().size(); turn++) {
                moments.add(told(session, turn, offset, answer));
                offset += pace.turnGap().toMillis();
            }
            if (!chat.turns().isEmpty()) {
                offset += pace.sessionGap().toMillis() - pace.turnGap().toMillis();
            }
        }
        if (answer == null || !evidence.isEmpty()) {
            long last = moments.isEmpty()
                    ? startMs
                    : moments.get(moments.size() - 1).offsetMs();
            moments.add(asked(last + pace.questionDelay().toMillis(), answer));
        }
        return moments;
    }

    private String eventId(int session, int turn) {
        return entityId + ":s" + (session + 1) + ":t" + (turn + 1);
    }

    private void findEvidence() {
        Set<String> missing = new HashSet<>(history.answerSessions());
        for (int session = 0; session < history.sessions().size(); session++) {
            Session chat = history.sessions().get(session);
            if (missing.remove(chat.id())) {
                List<String> turns = evidenceIn(session, chat);
                if (!turns.isEmpty()) {
                    evidence.add(turns);
                }
            }
        }
        missing.stream()
                .sorted()
                .forEach(id -> unresolved("expected the id of a session of the history: found \"" + id + '"'));
        if (history.answer() == null) {
            return;
        }
        if (isKnowledgeUpdate() && !complete) {
            // without the update, what was said before it would count as the answer
            evidence.clear();
            leaveOut("expected every answer session of a knowledge update in the history: found a part");
        } else if (evidence.isEmpty()) {
            leaveOut("expected an answer session with turns in the history: found none");
        }
    }

    private void unresolved(String message) {
        complete = false;
        findings.add(
                Kind.EVIDENCE_UNRESOLVED,
                history.at().field("answer_session_ids").place(),
                message);
    }

    private void leaveOut(String message) {
        findings.add(Kind.QUESTION_LEFT_OUT, history.at().place(), message);
    }

    private List<String> evidenceIn(int session, Session chat) {
        List<String> marked = new ArrayList<>();
        List<String> byUser = new ArrayList<>();
        for (int turn = 0; turn < chat.turns().size(); turn++) {
            Turn said = chat.turns().get(turn);
            if (said.hasAnswer()) {
                marked.add(eventId(session, turn));
            }
            if (said.byUser()) {
                byUser.add(eventId(session, turn));
            }
        }
        if (marked.isEmpty() && byUser.isEmpty()) {
            unresolved("expected a turn with has_answer, or of the user, in session " + chat.id() + ": found none");
        } else if (marked.isEmpty() && history.answer() != null) {
            findings.add(
                    Kind.EVIDENCE_WIDENED,
                    history.at().place(),
                    "expected a turn with has_answer in session " + chat.id() + ": found none, took " + byUser.size()
                            + " turns of the user");
            return byUser;
        }
        return marked;
    }

    private boolean isKnowledgeUpdate() {
        return history.type().equals(KNOWLEDGE_UPDATE);
    }

    private boolean isUpdated() {
        return isKnowledgeUpdate() && evidence.size() > 1;
    }

    private Moment told(int session, int turn, long offsetMs, @Nullable Fact answer) {
        Session chat = history.sessions().get(session);
        String id = eventId(session, turn);
        Instant date = chat.date().plus(TURN_TIME.multipliedBy(turn));
        Event event = new Event(
                id,
                entityId,
                Scope.USER,
                entityId + ":s" + (session + 1),
                offsetMs,
                date,
                "chat",
                chat.turns().get(turn).text(),
                Urgency.NORMAL,
                Map.of());
        return new Moment.Told(event, label(id, answer));
    }

    /** The label of a turn: what is not evidence is noise; of knowledge that was updated, only the last holds the answer. */
    private GoldEvent label(String id, @Nullable Fact answer) {
        int place = -1;
        for (int i = 0; i < evidence.size(); i++) {
            place = evidence.get(i).contains(id) ? i : place;
        }
        if (answer == null || place < 0) {
            return new GoldEvent(id, EventCategory.NOISE, List.of(), null, List.of(), null);
        }
        if (!isUpdated()) {
            boolean part = evidence.size() > 1;
            return new GoldEvent(
                    id,
                    part ? EventCategory.EVIDENCE_PART : EventCategory.USEFUL_FACT,
                    List.of(answer),
                    null,
                    List.of(),
                    part ? entityId : null);
        }
        if (place < evidence.size() - 1) {
            return new GoldEvent(id, EventCategory.USEFUL_FACT, List.of(), null, List.of(), null);
        }
        List<String> earlier =
                evidence.subList(0, place).stream().flatMap(List::stream).toList();
        return new GoldEvent(id, EventCategory.STALE_UPDATE, List.of(answer), null, earlier, null);
    }

    private Moment asked(long offsetMs, @Nullable Fact answer) {
        String id = entityId + ":q";
        Query query = new Query(
                id,
                List.of(entityId),
                null,
                offsetMs,
                history.questionDate(),
                history.question(),
                List.of(new Ask(ASK_ID, history.question(), null)),
                null);
        List<List<String>> needed = isUpdated() ? evidence.subList(evidence.size() - 1, evidence.size()) : evidence;
        List<GoldQuery.Required> required = answer == null
                ? List.of()
                : needed.stream()
                        .map(ids -> new GoldQuery.Required(ASK_ID, answer, ids))
                        .toList();
        return new Moment.Asked(query, new GoldQuery(id, history.type(), required, List.of(), answer == null));
    }
}

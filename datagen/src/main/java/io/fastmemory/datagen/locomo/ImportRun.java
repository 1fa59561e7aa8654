package io.fastmemory.datagen.locomo;

import io.fastmemory.datagen.DatasetSink;
import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.ImportReport.Finding;
import io.fastmemory.datagen.imports.ImportReport.Kind;
import io.fastmemory.datagen.locomo.Conversation.Question;
import io.fastmemory.datagen.locomo.Conversation.Session;
import io.fastmemory.datagen.locomo.Conversation.Turn;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Event;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Ids;
import io.fastmemory.model.Query;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One import: gathers the turns and questions of all conversations, then writes them in order of the timeline. */
final class ImportRun {
    private static final String ASK_ID = "a1";
    private static final int MULTI_HOP = 1;
    private static final int ADVERSARIAL = 5;
    private static final Map<Integer, String> CATEGORIES = Map.of(
            MULTI_HOP, "multi_hop", 2, "temporal", 3, "open_domain", 4, "single_hop", ADVERSARIAL, "adversarial");
    private static final List<Kind> KINDS =
            List.of(Kind.EVIDENCE_UNRESOLVED, Kind.EVIDENCE_REPAIRED, Kind.QUESTION_LEFT_OUT, Kind.AUDIT_UNMATCHED);
    private static final Pattern SEPARATORS = Pattern.compile("[;,\\s]+");
    /** A turn id with its usual deviations: a colon after the D, leading zeros. */
    private static final Pattern TURN_ID = Pattern.compile("D:?0*(\\d+):0*(\\d+)");

    private final LocomoOptions options;
    private final Audit audit;
    private final List<Moment> moments = new ArrayList<>();
    private final Map<String, LinkedHashSet<Fact>> factsByEvent = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private long corrected;

    /** A turn or a question on the timeline; exactly one of the two is there. */
    private record Moment(
            long offsetMs, @Nullable Event turn, @Nullable Arrival question) {}

    /** Where a turn stands. */
    private record Place(int session, String eventId) {}

    /** The pause after a session: when it begins, and the world's date then. */
    private record Pause(long startMs, Instant date) {}

    /**
     * A question with its label.
     *
     * @param answer {@code null} where the right answer is to abstain
     */
    private record Labelled(
            String entityId,
            Question question,
            Ask ask,
            @Nullable Fact answer,
            List<Place> evidence) {}

    private record Arrival(Labelled labelled, Instant date) {}

    ImportRun(LocomoOptions options, Audit audit) {
        this.options = options;
        this.audit = audit;
    }

    /** Adds a conversation whose first turn comes at {@code startMs}. */
    void add(Conversation conversation, long startMs) throws ImportException {
        Map<String, Place> places = new LinkedHashMap<>();
        List<Pause> pauses = addTurns(conversation, startMs, places);
        TreeMap<Integer, List<Labelled>> byPause = new TreeMap<>();
        for (int i = 0; i < conversation.questions().size(); i++) {
            Labelled labelled = label(conversation, conversation.questions().get(i), places);
            if (labelled != null) {
                int pause = pauseOf(i, labelled.evidence(), pauses.size());
                byPause.computeIfAbsent(pause, key -> new ArrayList<>()).add(labelled);
            }
        }
        byPause.forEach((pause, questions) -> addQuestions(pauses.get(pause), questions));
    }

    /** What was found, the corrections that fitted nothing last. */
    List<Finding> findings() {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(audit.unmatched());
        return all;
    }

    /** Number of findings of each kind and of corrections applied. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        counts.put("audit_applied", corrected);
        for (Kind kind : KINDS) {
            counts.put(kind.name().toLowerCase(Locale.ROOT), 0L);
        }
        findings().forEach(finding -> counts.merge(finding.kind().name().toLowerCase(Locale.ROOT), 1L, Long::sum));
        return counts;
    }

    /** Writes everything added so far, in order of the timeline. */
    void writeTo(DatasetSink sink) throws IOException {
        moments.sort(Comparator.comparingLong(Moment::offsetMs)); // stable: a file yields the same order always
        int queries = 0;
        for (Moment moment : moments) {
            if (moment.turn() != null) {
                sink.event(moment.turn(), goldOf(moment.turn()));
            }
            if (moment.question() != null) {
                String id = "q-" + Integer.toString(100_000 + ++queries).substring(1);
                writeQuery(sink, id, moment.offsetMs(), moment.question());
            }
        }
    }

    private List<Pause> addTurns(Conversation conversation, long startMs, Map<String, Place> places)
            throws ImportException {
        List<Pause> pauses = new ArrayList<>();
        long offset = startMs;
        for (Session session : conversation.sessions()) {
            Instant date = session.date();
            for (int i = 0; i < session.turns().size(); i++) {
                Turn turn = session.turns().get(i);
                offset += i == 0 ? 0 : options.turnGap().toMillis();
                date = session.date().plus(options.turnTime().multipliedBy(i));
                String eventId = conversation.sampleId() + ":" + turn.diaId();
                Ids.require("event_id", eventId);
                places.put(turn.diaId(), new Place(pauses.size(), eventId));
                String sessionId = conversation.sampleId() + ":" + session.name();
                Event event = new Event(
                        eventId,
                        conversation.sampleId(),
                        Scope.USER,
                        sessionId,
                        offset,
                        date,
                        "chat",
                        turn.text(),
                        Urgency.NORMAL,
                        Map.of());
                moments.add(new Moment(offset, event, null));
            }
            pauses.add(new Pause(offset, date));
            offset += options.sessionGap().toMillis();
        }
        return pauses;
    }

    /** Spreads the questions of a pause evenly over what is left of it after the delay. */
    private void addQuestions(Pause pause, List<Labelled> questions) {
        long delay = options.questionDelay().toMillis();
        long spacing = (options.sessionGap().toMillis() - delay) / (questions.size() + 1);
        for (int i = 0; i < questions.size(); i++) {
            long sinceEnd = delay + i * spacing;
            Arrival arrival = new Arrival(questions.get(i), pause.date().plusMillis(sinceEnd));
            moments.add(new Moment(pause.startMs() + sinceEnd, null, arrival));
        }
    }

    /** The pause in which the question at {@code index} of its conversation comes. */
    private static int pauseOf(int index, List<Place> evidence, int sessions) {
        int last = evidence.stream().mapToInt(Place::session).max().orElseThrow();
        int pausesBeforeALaterSession = sessions - 1 - last;
        boolean soon = index % 2 == 0 || pausesBeforeALaterSession <= 1;
        return soon ? last : last + (index / 2 + 1) % pausesBeforeALaterSession;
    }

    /** The question with its gold, or {@code null} if none of its evidence can be found. */
    private @Nullable Labelled label(Conversation conversation, Question question, Map<String, Place> places)
            throws ImportException {
        Audit.Correction correction = audit.take(conversation.sampleId(), question);
        List<String> evidenceIds = question.evidence();
        String answer = null;
        if (correction != null) {
            corrected++;
            answer = correction.answer();
            evidenceIds = correction.evidence().isEmpty() ? evidenceIds : correction.evidence();
        }
        List<Place> evidence = resolve(question, evidenceIds, places);
        if (evidence.isEmpty()) {
            find(Kind.QUESTION_LEFT_OUT, question, "expected evidence that names a turn: found none");
            return null;
        }
        String subject = subject(conversation, question.text());
        Ask ask = new Ask(ASK_ID, subject, null);
        if (question.category() == ADVERSARIAL) {
            return new Labelled(conversation.sampleId(), question, ask, null, evidence);
        }
        answer = answer == null ? question.answer().optionalScalar() : answer;
        if (answer == null) {
            throw question.answer().wrong("an answer to a question of category " + question.category());
        }
        Fact fact = Fact.of(subject, null, answer);
        for (Place place : evidence) {
            factsByEvent
                    .computeIfAbsent(place.eventId(), key -> new LinkedHashSet<>())
                    .add(fact);
        }
        return new Labelled(conversation.sampleId(), question, ask, fact, evidence);
    }

    private List<Place> resolve(Question question, List<String> evidence, Map<String, Place> places) {
        LinkedHashSet<Place> found = new LinkedHashSet<>();
        for (String text : evidence) {
            for (String id : SEPARATORS.split(text.strip())) {
                Place place = places.get(id);
                if (place == null) {
                    Matcher matcher = TURN_ID.matcher(id);
                    String usual = matcher.matches() ? "D" + matcher.group(1) + ":" + matcher.group(2) : id;
                    place = places.get(usual);
                    if (place != null) {
                        find(Kind.EVIDENCE_REPAIRED, question, "\"" + id + "\" is read as " + usual);
                    }
                }
                if (place == null) {
                    find(Kind.EVIDENCE_UNRESOLVED, question, "expected the id of a turn: found \"" + id + '"');
                } else {
                    found.add(place);
                }
            }
        }
        return List.copyOf(found);
    }

    /** The one speaker the question names, else the question itself. */
    private static String subject(Conversation conversation, String question) {
        List<String> named = conversation.speakers().stream()
                .filter(speaker -> Pattern.compile("\\b" + Pattern.quote(speaker) + "\\b")
                        .matcher(question)
                        .find())
                .toList();
        return named.size() == 1 ? named.get(0) : question;
    }

    private void find(Kind kind, Question question, String message) {
        findings.add(new Finding(kind, question.at().place(), message));
    }

    private GoldEvent goldOf(Event turn) {
        LinkedHashSet<Fact> facts = factsByEvent.get(turn.eventId());
        EventCategory category = facts == null ? EventCategory.NOISE : EventCategory.USEFUL_FACT;
        return new GoldEvent(
                turn.eventId(), category, facts == null ? List.of() : List.copyOf(facts), null, List.of(), null);
    }

    private static void writeQuery(DatasetSink sink, String id, long offsetMs, Arrival arrival) throws IOException {
        Labelled labelled = arrival.labelled();
        Question question = labelled.question();
        String category = CATEGORIES.getOrDefault(question.category(), "unknown");
        sink.query(
                new Query(
                        id,
                        List.of(labelled.entityId()),
                        null,
                        offsetMs,
                        arrival.date(),
                        question.text(),
                        List.of(labelled.ask()),
                        null),
                new GoldQuery(id, category, required(labelled), List.of(), labelled.answer() == null));
    }

    private static List<GoldQuery.Required> required(Labelled labelled) {
        Fact answer = labelled.answer();
        if (answer == null) {
            return List.of();
        }
        List<String> ids = labelled.evidence().stream().map(Place::eventId).toList();
        if (labelled.question().category() == MULTI_HOP) {
            return ids.stream()
                    .map(id -> new GoldQuery.Required(ASK_ID, answer, List.of(id)))
                    .toList();
        }
        return List.of(new GoldQuery.Required(ASK_ID, answer, ids));
    }
}

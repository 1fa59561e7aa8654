package io.fastmemory.datagen.longmemeval;

import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.JsonAt;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One instance of the file: a chat history and the question that comes at its end.
 *
 * @param sessions in order of their dates
 * @param answer {@code null} where the right answer is to abstain
 * @param answerSessions ids of the sessions that hold evidence
 */
record History(
        JsonAt at,
        String type,
        String question,
        Instant questionDate,
        @Nullable String answer,
        List<Session> sessions,
        Set<String> answerSessions) {
    private static final String ABSTENTION = "_abs";
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm", Locale.ENGLISH);

    private static final Pattern WEEKDAY = Pattern.compile("\\s*\\([A-Za-z]+\\)\\s*");

    /** A chat session. */
    record Session(String id, Instant date, List<Turn> turns) {}

    /** What one side says at once, with the role before it. */
    record Turn(String text, boolean byUser, boolean hasAnswer) {}

    static History read(JsonAt instance) throws ImportException {
        String id = instance.object().field("question_id").text();
        boolean abstain = id.endsWith(ABSTENTION);
        String answer = instance.field("answer").optionalScalar();
        if (!abstain && answer == null) {
            throw instance.field("answer").wrong("an answer, as question_id does not end with " + ABSTENTION);
        }
        Set<String> answerSessions = new LinkedHashSet<>();
        for (JsonAt session : instance.field("answer_session_ids").elements()) {
            answerSessions.add(session.text());
        }
        return new History(
                instance,
                instance.field("question_type").text(),
                instance.field("question").text(),
                date(instance.field("question_date")),
                abstain ? null : answer,
                sessions(instance),
                answerSessions);
    }

    private static List<Session> sessions(JsonAt instance) throws ImportException {
        List<JsonAt> ids = instance.field("haystack_session_ids").elements();
        List<JsonAt> dates = instance.field("haystack_dates").elements();
        List<JsonAt> chats = instance.field("haystack_sessions").elements();
        if (dates.size() != ids.size() || chats.size() != ids.size()) {
            throw instance.field("haystack_session_ids")
                    .wrong("as many ids as dates and sessions, " + dates.size() + " and " + chats.size());
        }
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            List<Turn> turns = new ArrayList<>();
            for (JsonAt turn : chats.get(i).elements()) {
                addTurn(turn.object(), turns);
            }
            sessions.add(new Session(ids.get(i).text(), date(dates.get(i)), turns));
        }
        sessions.sort(Comparator.comparing(Session::date)); // stable: the order of the file among equal dates
        return sessions;
    }

    private static void addTurn(JsonAt turn, List<Turn> turns) throws ImportException {
        JsonAt content = turn.field("content");
        String role = turn.field("role").text();
        if (content.node().isTextual() && content.node().textValue().isBlank()) {
            return; // nothing was said
        }
        boolean hasAnswer = turn.field("has_answer").node().asBoolean(false);
        turns.add(new Turn(role + ": " + content.text(), role.equals("user"), hasAnswer));
    }

    private static Instant date(JsonAt date) throws ImportException {
        try {
            return LocalDateTime.parse(WEEKDAY.matcher(date.text().strip()).replaceFirst(" "), DATE)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            ImportException wrong = date.wrong("a date such as \"2023/05/20 (Sat) 02:21\"");
            wrong.initCause(e);
            throw wrong;
        }
    }
}

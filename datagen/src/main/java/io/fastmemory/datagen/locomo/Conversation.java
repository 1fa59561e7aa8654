package io.fastmemory.datagen.locomo;

import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.JsonAt;
import io.fastmemory.model.Ids;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One conversation of the file: its sessions with their turns, and its questions. */
record Conversation(String sampleId, List<String> speakers, List<Session> sessions, List<Question> questions) {
    private static final Pattern SESSION = Pattern.compile("session_(\\d{1,6})");
    private static final DateTimeFormatter DATE = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("h:mm a 'on' d MMMM, uuuu")
            .toFormatter(Locale.ENGLISH);

    /** A session and the date it took place. */
    record Session(String name, Instant date, List<Turn> turns) {}

    /** What one speaker says at once; the text has speaker and captions. */
    record Turn(String diaId, String text) {}

    /**
     * A question as the file has it.
     *
     * @param answer may be absent where the right answer is to abstain
     */
    record Question(JsonAt at, String text, int category, JsonAt answer, List<String> evidence) {}

    static Conversation read(JsonAt sample) throws ImportException {
        JsonAt id = sample.object().field("sample_id");
        if (!Ids.isValid(id.text())) {
            throw id.wrong("an id that matches " + Ids.PATTERN);
        }
        JsonAt conversation = sample.field("conversation").object();
        List<Session> sessions = sessions(conversation);
        if (sessions.isEmpty()) {
            throw conversation.wrong("at least one session_1, session_2, …");
        }
        List<Question> questions = new ArrayList<>();
        for (JsonAt question : sample.field("qa").elements()) {
            questions.add(question(question.object()));
        }
        List<String> speakers = List.of(
                conversation.field("speaker_a").text(),
                conversation.field("speaker_b").text());
        return new Conversation(id.text(), speakers, sessions, questions);
    }

    private static List<Session> sessions(JsonAt conversation) throws ImportException {
        TreeMap<Integer, String> names = new TreeMap<>();
        conversation.node().fieldNames().forEachRemaining(name -> {
            Matcher matcher = SESSION.matcher(name);
            if (matcher.matches()) {
                names.put(Integer.valueOf(matcher.group(1)), name);
            }
        });
        List<Session> sessions = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : names.values()) {
            List<Turn> turns = new ArrayList<>();
            for (JsonAt turn : conversation.field(name).elements()) {
                turns.add(turn(turn.object(), seen));
            }
            if (!turns.isEmpty()) {
                sessions.add(new Session(name, date(conversation.field(name + "_date_time")), turns));
            }
        }
        return sessions;
    }

    private static Turn turn(JsonAt turn, Set<String> seen) throws ImportException {
        JsonAt id = turn.field("dia_id");
        if (!Ids.isValid(id.text())) {
            throw id.wrong("an id that matches " + Ids.PATTERN);
        }
        if (!seen.add(id.text())) {
            throw id.wrong("an id no other turn has");
        }
        JsonAt caption = turn.field("blip_caption");
        JsonAt said = turn.field("text");
        boolean onlyPhoto = said.node().isTextual() && said.node().textValue().isBlank() && !caption.isAbsent();
        String text = turn.field("speaker").text() + ":" + (onlyPhoto ? "" : " " + said.text());
        return new Turn(id.text(), caption.isAbsent() ? text : text + " [shares a photo: " + caption.text() + "]");
    }

    private static Instant date(JsonAt date) throws ImportException {
        try {
            return LocalDateTime.parse(date.text().strip(), DATE).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            ImportException wrong = date.wrong("a date such as \"1:56 pm on 8 May, 2023\"");
            wrong.initCause(e);
            throw wrong;
        }
    }

    private static Question question(JsonAt question) throws ImportException {
        List<String> evidence = new ArrayList<>();
        for (JsonAt id : question.field("evidence").elements()) {
            evidence.add(id.text());
        }
        return new Question(
                question,
                question.field("question").text(),
                question.field("category").integer(1, 5),
                question.field("answer"),
                evidence);
    }
}

package io.fastmemory.evaluation.judge;

import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.evaluation.judge.JudgeLine.Given;
import io.fastmemory.model.ContentDigest;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the judge is told. Questions and answers go to it as JSON, so that no text of theirs can leave its field. */
final class JudgePrompt {
    /** The JSON Schema of its answer. */
    static final String SCHEMA = resource("/schemas/judge_ruling.schema.json");

    private static final String SYSTEM = resource("/prompts/judge.txt");

    private JudgePrompt() {}

    /** What the judge sees of one answer; whether it is a control does not show. */
    record Request(String question, List<Expected> expected, List<Outdated> outdated, List<Given> given) {}

    /** What a right answer says to one ask. */
    record Expected(
            String askId,
            String subject,
            @Nullable String attribute,
            String value,
            List<String> aliases,
            @Nullable String unit) {}

    /** A value that was true once. */
    record Outdated(String askId, String value) {}

    /** The messages about one answer. */
    static List<Message> messages(JudgeCase one) {
        GoldQuery gold = one.query().gold();
        Request request = new Request(
                one.query().question(),
                gold.required().stream().map(JudgePrompt::expected).toList(),
                gold.forbidden().stream()
                        .map(forbidden ->
                                new Outdated(forbidden.askId(), forbidden.fact().value()))
                        .toList(),
                one.answer());
        return List.of(new Message(Role.SYSTEM, SYSTEM), new Message(Role.USER, Json.write(request)));
    }

    /** SHA-256 of the system prompt, recorded with every judgement. */
    static String sha256() {
        return new ContentDigest().add(SYSTEM).hex();
    }

    private static Expected expected(GoldQuery.Required required) {
        return new Expected(
                required.askId(),
                required.fact().subject(),
                required.fact().attribute(),
                required.fact().value(),
                required.fact().aliases(),
                required.fact().unit());
    }

    private static String resource(String name) {
        try (InputStream in = JudgePrompt.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource is missing from the program: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read resource " + name, e);
        }
    }
}

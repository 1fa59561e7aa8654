package io.fastmemory.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.job.policy.reply.ReplyLoop.Checked;
import io.fastmemory.model.ReplyText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the judge answers.
 *
 * @param correct whether the answer before it is right
 * @param reason a short sentence why
 */
public record Ruling(boolean correct, String reason) {
    private static final Set<String> FIELDS = Set.of("correct", "reason");

    /** Reads a reply: leniently as text, strictly in what it holds. */
    static Checked<Ruling> read(String reply) {
        ReplyText.Extracted extracted = ReplyText.extractJson(reply);
        ObjectNode json = extracted.json();
        if (json == null) {
            return Checked.invalid(List.of(String.valueOf(extracted.error())));
        }
        JsonNode correct = json.path("correct");
        JsonNode reason = json.path("reason");
        List<String> errors = new ArrayList<>();
        if (!correct.isBoolean()) {
            errors.add("/correct: expected true or false, found " + kind(correct));
        }
        if (!reason.isTextual()) {
            errors.add("/reason: expected a sentence, found " + kind(reason));
        }
        json.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                errors.add("the field \"" + name + "\" is not known here; leave it out");
            }
        });
        return errors.isEmpty()
                ? Checked.valid(new Ruling(correct.booleanValue(), reason.textValue()))
                : Checked.invalid(errors);
    }

    private static String kind(JsonNode found) {
        return found.isMissingNode()
                ? "nothing"
                : "a value of type " + found.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}

package io.fastmemory.model.timeline;

import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Fact;
import io.fastmemory.model.GoldEvent;
import io.fastmemory.model.GoldQuery;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads one line of {@code gold.jsonl}, strictly: labels that are wrong would make every figure wrong. */
public final class GoldParser {
    private GoldParser() {}

    /**
     * Reads a line.
     *
     * @param file name of the file, for errors
     * @param lineNumber from 1, for errors
     * @param line the bytes of the line, without its line break
     * @throws LineException if the line is not a valid label
     */
    public static GoldLine parse(String file, long lineNumber, byte[] line) {
        try {
            Fields fields = new Fields(LineText.object(line), "");
            String kind = fields.peek("kind");
            if ("event".equals(kind)) {
                return new GoldLine.OfEvent(event(fields));
            }
            if ("query".equals(kind)) {
                return new GoldLine.OfQuery(query(fields));
            }
            Defect defect = fields.bad("kind", "event or query");
            throw new Defect(DeadLetterCode.UNKNOWN_KIND, "/kind", defect.expected(), defect.found());
        } catch (Defect defect) {
            throw new LineException(file, lineNumber, defect);
        }
    }

    /** Reads a line that was decoded already; see {@link #parse(String, long, byte[])}. */
    public static GoldLine parse(String file, long lineNumber, String line) {
        return parse(file, lineNumber, line.getBytes(StandardCharsets.UTF_8));
    }

    private static GoldEvent event(Fields fields) {
        fields.nothingBut("kind", "event_id", "category", "facts", "duplicate_of", "supersedes", "group");
        return new GoldEvent(
                fields.id("event_id"),
                fields.oneOf("category", EventCategory.class),
                fields.value("facts") == null ? List.of() : fields.objects("facts", true, GoldParser::fact),
                fields.optionalId("duplicate_of"),
                fields.value("supersedes") == null ? List.of() : fields.ids("supersedes", true),
                fields.optionalText("group"));
    }

    private static GoldQuery query(Fields fields) {
        fields.nothingBut("kind", "query_id", "category", "required", "forbidden", "abstain");
        String queryId = fields.id("query_id");
        String category = fields.text("category");
        boolean abstain = fields.bool("abstain");
        List<GoldQuery.Required> required =
                fields.value("required") == null ? List.of() : fields.objects("required", true, GoldParser::required);
        if (abstain != required.isEmpty()) {
            throw Fields.bad(
                    fields.at("required"),
                    abstain
                            ? "no required fact where abstaining is right"
                            : "at least one required fact where abstaining is wrong",
                    required.size() + " required facts");
        }
        List<GoldQuery.Forbidden> forbidden = fields.value("forbidden") == null
                ? List.of()
                : fields.objects("forbidden", true, GoldParser::forbidden);
        return new GoldQuery(queryId, category, required, forbidden, abstain);
    }

    private static GoldQuery.Required required(Fields fields) {
        fields.nothingBut("ask_id", "fact", "evidence");
        return new GoldQuery.Required(fields.id("ask_id"), fact(fields.object("fact")), fields.ids("evidence", false));
    }

    private static GoldQuery.Forbidden forbidden(Fields fields) {
        fields.nothingBut("ask_id", "fact");
        return new GoldQuery.Forbidden(fields.id("ask_id"), fact(fields.object("fact")));
    }

    private static Fact fact(Fields fields) {
        fields.nothingBut("subject", "attribute", "value", "aliases", "unit");
        return new Fact(
                fields.text("subject"),
                fields.optionalText("attribute"),
                fields.text("value"),
                fields.texts("aliases"),
                fields.optionalText("unit"));
    }
}

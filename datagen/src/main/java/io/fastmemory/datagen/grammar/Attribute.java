package io.fastmemory.datagen.grammar;

import java.util.List;

/**
 * A property of a subject and the ways to state it and to ask for it.
 *
 * @param name its name, as labels and asks hold it; fits "the … for …"
 * @param values the values it may take
 * @param clauses statements with <code>{s}</code> for the subject and <code>{v}</code> for the value, no full stop
 * @param questions questions with <code>{s}</code>
 */
public record Attribute(String name, ValueKind values, List<Template> clauses, List<Template> questions) {
    public Attribute {
        clauses = List.copyOf(clauses);
        questions = List.copyOf(questions);
    }

    /** An attribute; the texts which end with a question mark are its questions. */
    static Attribute of(String name, ValueKind values, String... texts) {
        List<String> all = List.of(texts);
        return new Attribute(
                name,
                values,
                Template.all(all.stream().filter(text -> !text.endsWith("?")).toList()),
                Template.all(all.stream().filter(text -> text.endsWith("?")).toList()));
    }
}

package io.fastmemory.datagen.table;

import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query of a table, and what the table says of its answer.
 *
 * @param place file and line, for messages
 * @param answer the right answer, or {@code null} if it is not known or the right answer is to abstain
 * @param evidence ids of events that are named as evidence
 */
record QueryRow(
        String place,
        Query query,
        String category,
        @Nullable String answer,
        boolean abstain,
        List<String> evidence) {
    /** The answer as a fact, or {@code null} if there is none. */
    @Nullable
    Fact fact() {
        Ask ask = query.asks().get(0);
        return answer == null ? null : Fact.of(ask.subject(), ask.attribute(), answer);
    }
}

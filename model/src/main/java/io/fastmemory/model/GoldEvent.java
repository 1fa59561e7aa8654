package io.fastmemory.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The label of one event; only scoring and the oracle read it.
 *
 * @param facts what the event asserts, empty for noise
 * @param duplicateOf the earlier event that says the same, or {@code null}
 * @param supersedes earlier events whose facts are no longer true
 * @param group events that a query needs together share it, or {@code null}
 */
public record GoldEvent(
        String eventId,
        EventCategory category,
        List<Fact> facts,
        @Nullable String duplicateOf,
        List<String> supersedes,
        @Nullable String group) {
    public GoldEvent {
        facts = List.copyOf(facts);
        supersedes = List.copyOf(supersedes);
    }
}

package io.fastmemory.model;

import java.util.List;

/** What the policy answers to one request: actions, carried out in their order. */
public record PolicyAnswer(List<MemoryAction> actions) {
    public PolicyAnswer {
        actions = List.copyOf(actions);
    }
}

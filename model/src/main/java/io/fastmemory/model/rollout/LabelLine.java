package io.fastmemory.model.rollout;

import io.fastmemory.model.GoldEvent;

/**
 * The label of one event of the dataset, recorded so that memory can be judged from the rollouts alone; whether the event
 * arrived says its own line.
 */
public record LabelLine(GoldEvent gold) implements RolloutLine {}

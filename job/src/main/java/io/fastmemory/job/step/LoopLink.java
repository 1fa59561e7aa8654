package io.fastmemory.job.step;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.jspecify.annotations.Nullable;

/** How the operators of one task that make up the keyed loop find each other: by the task that runs them all. */
final class LoopLink {
    private static final Map<StreamTask<?, ?>, MemoryWriteOperator> BY_TASK = new ConcurrentHashMap<>();

    private LoopLink() {}

    static void register(StreamTask<?, ?> task, MemoryWriteOperator operator) {
        BY_TASK.put(task, operator);
    }

    static @Nullable MemoryWriteOperator find(StreamTask<?, ?> task) {
        return BY_TASK.get(task);
    }

    static void remove(StreamTask<?, ?> task) {
        BY_TASK.remove(task);
    }

    /**
     * Names one attempt of one task: the same in every operator of the chain, another after each restart. Subtasks count
     * their attempts apart, so that a call that a rescaling brings to another subtask may carry the same number.
     */
    static String generation(RuntimeContext context) {
        TaskInfo task = context.getTaskInfo();
        return context.getJobInfo().getJobId() + "/" + task.getIndexOfThisSubtask() + "/" + task.getAttemptNumber();
    }
}

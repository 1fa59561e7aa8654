package io.fastmemory.job.policy.reply;

import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.model.rollout.CallLine.Repair;
import java.util.ArrayList;
import java.util.List;

/** The messages of a policy call: what the model is sent, and the whole exchange with its answers. */
public final class PolicyMessages {
    private PolicyMessages() {}

    /**
     * What a call begins with.
     *
     * @param request the policy request as JSON
     */
    public static List<Message> opening(String request) {
        return List.of(new Message(Role.SYSTEM, Prompts.POLICY), new Message(Role.USER, request));
    }

    /**
     * A call that came to its end: all that was sent, in its order, and the last answer. What stands before the last message
     * is what the last request of the call held.
     *
     * @param repairs the answers that were sent back before the last one
     */
    public static List<Message> exchange(String request, List<Repair> repairs, String lastAnswer) {
        List<Message> messages = new ArrayList<>(opening(request));
        for (Repair repair : repairs) {
            messages.addAll(ReplyLoop.sentBack(repair.rawAnswer(), repair.errors()));
        }
        messages.add(new Message(Role.ASSISTANT, lastAnswer));
        return List.copyOf(messages);
    }
}

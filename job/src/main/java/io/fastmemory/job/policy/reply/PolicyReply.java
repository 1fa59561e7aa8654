package io.fastmemory.job.policy.reply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.job.policy.reply.ReplyLoop.Checked;
import io.fastmemory.model.AnswerSchemas;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.CompressMemory;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.MarkStale;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.PolicyAnswer;
import io.fastmemory.model.ReplyText;
import io.fastmemory.model.SchemaError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads a policy's reply: leniently as text, strictly against the schema, and complete over the events of the call. */
public final class PolicyReply {
    private PolicyReply() {}

    /** The answer, or what is wrong with it. */
    public static Checked<PolicyAnswer> read(String reply, Collection<String> eventIds) {
        ReplyText.Extracted extracted = ReplyText.extractJson(reply);
        ObjectNode json = extracted.json();
        if (json == null) {
            return Checked.invalid(List.of(String.valueOf(extracted.error())));
        }
        List<SchemaError> errors = AnswerSchemas.checkPolicyAnswer(json);
        if (!errors.isEmpty()) {
            return Checked.invalid(errors.stream().map(SchemaError::toString).toList());
        }
        try {
            PolicyAnswer answer = Json.MAPPER.treeToValue(json, PolicyAnswer.class);
            List<String> uncovered = uncovered(answer, eventIds);
            return uncovered.isEmpty() ? Checked.valid(answer) : Checked.invalid(uncovered);
        } catch (JsonProcessingException e) {
            return Checked.invalid(List.of(e.getOriginalMessage()));
        }
    }

    private static List<String> uncovered(PolicyAnswer answer, Collection<String> eventIds) {
        Set<String> missing = new LinkedHashSet<>(eventIds);
        answer.actions().forEach(action -> missing.removeAll(action.match(COVERED)));
        List<String> errors = new ArrayList<>();
        for (String eventId : missing) {
            errors.add("/actions: event " + eventId
                    + " must be in source_event_ids of an action or be named by ignore_event");
        }
        return errors;
    }

    private static final MemoryAction.Cases<List<String>> COVERED = new MemoryAction.Cases<>() {
        @Override
        public List<String> writeMemory(WriteMemory write) {
            return write.sourceEventIds();
        }

        @Override
        public List<String> updateMemory(UpdateMemory update) {
            return update.sourceEventIds();
        }

        @Override
        public List<String> markStale(MarkStale stale) {
            return stale.sourceEventIds();
        }

        @Override
        public List<String> compressMemory(CompressMemory compress) {
            return List.of();
        }

        @Override
        public List<String> ignoreEvent(IgnoreEvent ignore) {
            return List.of(ignore.eventId());
        }

        @Override
        public List<String> indexNow(IndexNow index) {
            return List.of();
        }

        @Override
        public List<String> delayIndex(DelayIndex delay) {
            return List.of();
        }
    };
}

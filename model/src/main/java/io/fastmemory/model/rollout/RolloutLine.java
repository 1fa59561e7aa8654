package io.fastmemory.model.rollout;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One line of {@code raw_rollouts.jsonl}, told apart by {@code kind}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RunLine.class, name = "run"),
    @JsonSubTypes.Type(value = InputLine.class, name = "input"),
    @JsonSubTypes.Type(value = LabelLine.class, name = "label"),
    @JsonSubTypes.Type(value = EventLine.class, name = "event"),
    @JsonSubTypes.Type(value = CallLine.class, name = "call"),
    @JsonSubTypes.Type(value = VersionLine.class, name = "version"),
    @JsonSubTypes.Type(value = IndexLine.class, name = "index"),
    @JsonSubTypes.Type(value = QueryLine.class, name = "query"),
    @JsonSubTypes.Type(value = DigestLine.State.class, name = "state_digest"),
    @JsonSubTypes.Type(value = DigestLine.Store.class, name = "store_digest"),
    @JsonSubTypes.Type(value = DigestLine.Index.class, name = "index_digest"),
    @JsonSubTypes.Type(value = EndLine.class, name = "end")
})
public sealed interface RolloutLine
        permits RunLine,
                InputLine,
                LabelLine,
                EventLine,
                CallLine,
                VersionLine,
                IndexLine,
                QueryLine,
                DigestLine,
                EndLine {}

package io.fastmemory.job.policy.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.job.policy.reply.ReplyLoop.Checked;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.PolicyAnswer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyReplyTest {
    private static final String WRITE = "{\"type\":\"write_memory\",\"content\":\"c\",\"facts\":[],"
            + "\"source_event_ids\":[\"e1\"],\"layer\":\"fact\",\"reason\":\"r\"}";

    @Test
    void readsACompleteAnswer() {
        Checked<PolicyAnswer> read = read(
                "{\"actions\":[" + WRITE + ",{\"type\":\"ignore_event\",\"event_id\":\"e2\",\"reason\":\"r\"}]}",
                "e1",
                "e2");

        assertThat(read.errors()).isEmpty();
        assertThat(read.value().actions().get(0)).isInstanceOf(WriteMemory.class);
        assertThat(read.value().actions().get(1)).isEqualTo(new IgnoreEvent("e2", "r"));
    }

    @Test
    void readsAnAnswerWithinProse() {
        assertThat(read("Sure!\n```json\n{\"actions\":[" + WRITE + ",]}\n```", "e1")
                        .value())
                .isNotNull();
    }

    @Test
    void namesEveryEventThatIsNotCovered() {
        Checked<PolicyAnswer> read = read(
                "{\"actions\":[" + WRITE
                        + ",{\"type\":\"compress_memory\",\"memory_ids\":[\"e3\",\"e2\"],\"content\":\"c\",\"facts\":[],\"reason\":\"r\"}]}",
                "e1",
                "e2",
                "e3");

        assertThat(read.value()).isNull();
        assertThat(read.errors()).hasSize(2);
        assertThat(read.errors().get(0)).startsWith("/actions").contains("e2");
        assertThat(read.errors().get(1)).contains("e3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"update_memory\",\"memory_id\":\"m\",\"content\":\"c\",\"facts\":[],\"source_event_ids\":[\"e1\"],\"reason\":\"r\"}",
                "{\"type\":\"mark_stale\",\"memory_id\":\"m\",\"source_event_ids\":[\"e1\"],\"reason\":\"r\"}",
                "{\"type\":\"ignore_event\",\"event_id\":\"e1\",\"reason\":\"r\"}"
            })
    void takesAnEventForCoveredByEachActionThatNamesEvents(String action) {
        assertThat(read("{\"actions\":[" + action + "]}", "e1").errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON at all",
                "{\"actions\":[",
                "[]",
                "{\"actions\":[],\"thoughts\":\"none\"}",
                "{\"actions\":[{\"type\":\"drop_database\",\"reason\":\"r\"}]}",
                "{\"actions\":[{\"type\":\"ignore_event\",\"event_id\":\"e1\",\"reason\":\"r\",\"memory_id\":\"m9\"}]}"
            })
    void saysWhatIsWrongWithAnInvalidAnswer(String reply) {
        Checked<PolicyAnswer> read = read(reply, "e1");

        assertThat(read.value()).isNull();
        assertThat(read.errors())
                .isNotEmpty()
                .allSatisfy(error -> assertThat(error).isNotBlank());
    }

    @Test
    void refusesAnAnswerThatBringsItsOwnIds() {
        String own = WRITE.replace("\"content\"", "\"memory_id\":\"mine\",\"content\"");

        assertThat(read("{\"actions\":[" + own + "]}", "e1").errors())
                .singleElement()
                .asString()
                .startsWith("/actions/0")
                .contains("memory_id");
    }

    private static Checked<PolicyAnswer> read(String reply, String... eventIds) {
        return PolicyReply.read(reply, List.of(eventIds));
    }
}

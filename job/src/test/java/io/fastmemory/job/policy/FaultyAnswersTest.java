package io.fastmemory.job.policy;

import static io.fastmemory.job.memory.EntityUnderTest.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.llm.OpenAiCompatibleLlmClient;
import io.fastmemory.connectors.llm.OpenAiOptions;
import io.fastmemory.connectors.llm.stub.Fault;
import io.fastmemory.connectors.llm.stub.LlmStubServer;
import io.fastmemory.connectors.llm.stub.NaiveModel;
import io.fastmemory.connectors.llm.stub.StubOptions;
import io.fastmemory.model.Budget;
import io.fastmemory.model.MemoryAction;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The policy against every answer that is none, over real HTTP. */
class FaultyAnswersTest {
    private LlmStubServer stub;
    private LlmMemoryWritePolicy policy;

    @BeforeEach
    void open() throws IOException {
        stub = LlmStubServer.start(StubOptions.defaults(), new NaiveModel());
        policy = new LlmMemoryWritePolicy(
                new OpenAiCompatibleLlmClient(
                        OpenAiOptions.of(stub.baseUrl(), null, LlmStubServer.MODEL), Clock.systemUTC()),
                new LlmMemoryWritePolicy.Settings(0, 1_000, Duration.ofSeconds(20), 2, 5_000, true),
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        policy.close();
        stub.close();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "BAD_JSON",
                "PROSE",
                "EMPTY_TEXT",
                "WRONG_ROOT",
                "UNKNOWN_ACTION",
                "MISSING_FIELD",
                "WRONG_TYPES",
                "NOT_A_NUMBER",
                "DUPLICATE_KEY",
                "LONE_SURROGATE",
                "EMPTY_CONTENT",
                "NEGATIVE_DELAY",
                "REFUSAL_TEXT",
                "CUT_BY_LENGTH"
            })
    void sendsAnInvalidAnswerBackAndDecidesByTheNext(Fault fault) throws Exception {
        stub.failNextChats(fault);

        PolicyOutcome outcome = decide();

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.actions()).isNotEmpty();
        assertThat(outcome.llmCalls()).isEqualTo(2);
        assertThat(outcome.repairs())
                .singleElement()
                .satisfies(repair -> assertThat(repair.errors()).isNotEmpty().doesNotContain(""));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"BAD_JSON", "PROSE", "LONE_SURROGATE", "REFUSAL_TEXT", "CUT_BY_LENGTH", "EMPTY_TEXT"})
    void givesUpOnAModelThatNeverAnswersAsAsked(Fault fault) throws Exception {
        stub.faults(Map.of(fault, 1.0));

        PolicyOutcome outcome = decide();

        assertThat(outcome.failure()).isNotNull();
        assertThat(outcome.failure().reason()).isEqualTo("invalid_answer");
        assertThat(outcome.failure().message()).isNotBlank();
        assertThat(outcome.actions()).isEmpty();
        assertThat(stub.stats().chatRequests()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSAL_FIELD", "CONTENT_FILTER"})
    void namesARefusal(Fault fault) throws Exception {
        stub.faults(Map.of(fault, 1.0));

        PolicyOutcome outcome = decide();

        assertThat(outcome.failure()).isNotNull();
        assertThat(outcome.failure().reason()).isEqualTo("refused");
        assertThat(stub.stats().chatRequests()).isEqualTo(1);
    }

    @Test
    void takesTheObjectThatGarbageFollows() throws Exception {
        stub.failNextChats(Fault.TRAILING_GARBAGE);

        PolicyOutcome outcome = decide();

        assertThat(outcome.failure()).isNull();
        assertThat(outcome.repairs()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"FOREIGN_MEMORY", "FOREIGN_SOURCE"})
    void leavesToTheValidatorWhatIsForeign(Fault fault) throws Exception {
        int good = decide().actions().size();
        stub.failNextChats(fault);

        List<MemoryAction> actions = decide().actions();

        assertThat(actions).hasSize(good + 1);
        assertThat(actions.get(good).typeName())
                .isEqualTo(fault == Fault.FOREIGN_MEMORY ? "mark_stale" : "write_memory");
    }

    private PolicyOutcome decide() throws Exception {
        PolicyCall call = new PolicyCall(
                "ann",
                1,
                "any",
                List.of(event("e1", 0, "Ann's desk is in room 12.")),
                List.of(),
                List.of(),
                List.of(),
                Budget.of(2_000, 0),
                Budget.of(20, 0),
                List.of());
        return policy.decide(call).get(40, TimeUnit.SECONDS);
    }
}

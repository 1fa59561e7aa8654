package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.memory.Budgets;
import io.fastmemory.job.policy.OnPolicyFailure;
import io.fastmemory.job.step.CallBounds;
import io.fastmemory.job.step.QueueBounds;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobConfigTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Map<String, String> given = new LinkedHashMap<>(Map.of(
            "fmw.run.id", "r1",
            "fmw.output.path", "/out",
            "fmw.source.dataset", "/data",
            "fmw.index.control-plane-url", "http://localhost:5080"));

    @Test
    void hasTheDocumentedDefaults() {
        JobConfig config = config();

        assertThat(config.memoryWrite().budgets()).isEqualTo(new Budgets(2_000, 20, 5_000, true));
        assertThat(config.callTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.memoryWrite().call()).isEqualTo(new CallBounds(16, 1 << 20));
        assertThat(config.maxRepairs()).isEqualTo(2);
        assertThat(config.onPolicyFailure()).isEqualTo(OnPolicyFailure.PARK);
        assertThat(config.policy()).isEqualTo(PolicyType.LLM);
        assertThat(config.retrieval().topK()).isEqualTo(10);
        assertThat(config.retrieval().recordedHits()).isEqualTo(25);
        assertThat(config.retrieval().includeGlobal()).isFalse();
        assertThat(config.index().writing().visibilityTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.speed()).hasToString("1x");
        assertThat(config.storePath()).isEqualTo("/out/memory.db");
        assertThat(config.runStart()).isEqualTo(NOW.plusSeconds(10));
    }

    @Test
    void keepsTheRunStartOfAResumedRun() {
        given.put("fmw.run.start", "1700000000000");

        assertThat(config().runStart()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_000L));
    }

    @ParameterizedTest
    @CsvSource({
        "fmw.llm.base-url,https://user:marker-key@host/v1",
        "fmw.embedding.base-url,https://host/v1?key=marker-key",
        "fmw.index.control-plane-url,http://localhost:5080/#marker-key",
        "fmw.index.control-plane-url,http://local host/marker-key",
        "fmw.index.control-plane-url,marker-key"
    })
    void refusesAnAddressThatMayHoldAKeyWithoutShowingIt(String option, String url) {
        given.put(option, url);

        assertThatThrownBy(this::config)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(option)
                .hasMessageNotContaining("marker");
    }

    @ParameterizedTest
    @CsvSource({"llm,LLM", "none,NONE", "store-everything,STORE_EVERYTHING", "Oracle,ORACLE"})
    void readsPoliciesAsTheCommandLineNamesThem(String text, PolicyType policy) {
        given.put("fmw.policy.type", text);

        assertThat(config().policy()).isEqualTo(policy);
    }

    @Test
    void enforcesTheBudgetsOnAllButStoreEverything() {
        given.put("fmw.policy.type", "store-everything");
        assertThat(config().memoryWrite().budgets().enforced()).isFalse();

        given.put("fmw.policy.type", "oracle");
        assertThat(config().memoryWrite().budgets().enforced()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "llm,4096,,,256,16384",
        "llm,100,,,16,400",
        "llm,100,50,7,50,7",
        "llm,100,5,,16,400",
        "replay,100,5,7,9223372036854775807,9223372036854775807"
    })
    void sharesTheQueueAmongEntitiesUnlessToldOtherwise(
            String policy, long maxWaiting, String share, String excess, long wantedShare, long wantedExcess) {
        given.put("fmw.policy.type", policy);
        given.put("fmw.replay.store", "memory.db");
        given.put("fmw.replay.run-id", "run-1");
        given.put("fmw.policy.max-waiting-events", Long.toString(maxWaiting));
        if (share != null) {
            given.put("fmw.policy.entity-share", share);
        }
        if (excess != null) {
            given.put("fmw.policy.max-excess-events", excess);
        }

        assertThat(config().memoryWrite().queue())
                .isEqualTo(new QueueBounds(maxWaiting, wantedShare, wantedExcess, 64L << 20));
    }

    @Test
    void refusesAnUnknownKeyAndNamesTheKnown() {
        given.put("fmw.policy.max-event-per-call", "3");

        assertThatThrownBy(this::config)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown option fmw.policy.max-event-per-call")
                .hasMessageContaining("fmw.policy.max-events-per-call");
    }

    @Test
    void leavesOtherKeysToFlink() {
        given.put("execution.checkpointing.interval", "1s");

        assertThat(config().values()).doesNotContainKey("execution.checkpointing.interval");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fmw.run.id", "fmw.output.path", "fmw.source.dataset", "fmw.index.control-plane-url"})
    void namesARequiredOptionThatIsMissing(String key) {
        given.remove(key);

        assertThatThrownBy(this::config)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key);
    }

    @Test
    void needsNoControlPlaneUrlForPinecone() {
        given.remove("fmw.index.control-plane-url");
        given.put("fmw.index.type", "pinecone");

        assertThat(config().index().controlPlaneUrl()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "fmw.run.id,a b",
        "fmw.run.start,soon",
        "fmw.source.speed,fast",
        "fmw.source.speed,0x",
        "fmw.policy.type,best",
        "fmw.policy.max-events-per-call,0",
        "fmw.policy.max-events-per-call,many",
        "fmw.policy.max-call-size,0 b",
        "fmw.policy.max-call-size,2 gb",
        "fmw.policy.call-timeout,0s",
        "fmw.policy.call-timeout,later",
        "fmw.policy.max-repairs,-1",
        "fmw.policy.on-failure,retry",
        "fmw.policy.prompt-tokens,0",
        "fmw.policy.max-calls-in-flight,0",
        "fmw.policy.max-waiting-events,0",
        "fmw.policy.entity-share,0",
        "fmw.policy.max-excess-events,0",
        "fmw.budget.storage-tokens,-1",
        "fmw.budget.index-operations,-1",
        "fmw.budget.latency-target,0s",
        "fmw.llm.temperature,2.1",
        "fmw.llm.temperature,NaN",
        "fmw.llm.max-answer-tokens,0",
        "fmw.llm.max-retries,-1",
        "fmw.reader.timeout,0s",
        "fmw.reader.max-repairs,-1",
        "fmw.reader.max-in-flight,0",
        "fmw.retrieval.top-k,0",
        "fmw.retrieval.recorded-hits,9",
        "fmw.retrieval.include-global,perhaps",
        "fmw.index.type,faiss",
        "fmw.index.max-in-flight,0",
        "fmw.index.visibility-timeout,0s",
        "fmw.embedding.type,word2vec",
        "fmw.embedding.dimension,-1"
    })
    void namesKeyAndValueOfWhatIsOutOfRange(String key, String value) {
        given.put(key, value);

        assertThatThrownBy(this::config)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .message()
                .satisfies(message -> assertThat(message).containsAnyOf(value, "PT0S"));
    }

    @Test
    void saysWhichValuesAnOptionKnows() {
        given.put("fmw.policy.type", "best");

        assertThatThrownBy(this::config).hasMessageContaining("store-everything");
    }

    @Test
    void recordsEveryValueThatIsSetOrHasADefault() {
        given.put("fmw.policy.type", "store-everything");

        assertThat(config().values())
                .containsEntry("fmw.policy.type", "store-everything")
                .containsEntry("fmw.budget.storage-tokens", "2000")
                .containsEntry("fmw.run.id", "r1")
                .doesNotContainKey("fmw.llm.model");
    }

    @Test
    void travelsWithTheJobGraph() throws Exception {
        JobConfig config = config();

        assertThat(InstantiationUtil.<JobConfig>clone(config)).isEqualTo(config);
    }

    private JobConfig config() {
        return JobConfig.from(Configuration.fromMap(given), NOW);
    }
}

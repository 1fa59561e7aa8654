package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private final Secrets secrets =
            Secrets.of(Map.of("LLM_API_KEY", "marker-key-1234", "LLM_MODEL", "  m1 \n", "EMPTY", " "));

    @Test
    void readsAVariableWithoutTheBlanksAroundIt() {
        assertThat(secrets.get("LLM_MODEL")).isEqualTo("m1");
        assertThat(secrets.require("LLM_API_KEY", "the key")).isEqualTo("marker-key-1234");
    }

    @Test
    void takesABlankVariableForUnset() {
        assertThat(secrets.get("EMPTY")).isNull();
        assertThat(secrets.get("NOWHERE")).isNull();
    }

    @Test
    void namesTheVariableThatIsMissingAndWhatItIsFor() {
        assertThatThrownBy(() -> secrets.require("PINECONE_API_KEY", "the key of the Pinecone project"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PINECONE_API_KEY")
                .hasMessageContaining("the key of the Pinecone project")
                .hasMessageNotContaining("marker");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.5:8000/v1",
                "http://llm.example/v1",
                "http://127.0.0.1.evil.example/v1",
                "HTTP://h/v1"
            })
    void keepsAKeyFromTravellingInClear(String baseUrl) {
        assertThatThrownBy(() -> secrets.keyFor("LLM_API_KEY", baseUrl, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LLM_API_KEY")
                .hasMessageContaining(baseUrl)
                .hasMessageContaining("fmw.llm.allow-insecure")
                .hasMessageNotContaining("marker");

        assertThat(secrets.keyFor("LLM_API_KEY", baseUrl, true)).isEqualTo("marker-key-1234");
        assertThat(secrets.keyFor("NOWHERE", baseUrl, false)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://llm.example/v1",
                "http://localhost:5090/v1",
                "http://127.0.0.1:1/v1",
                "http://[::1]:1/v1"
            })
    void givesAKeyToAServiceItReachesUnseen(String baseUrl) {
        assertThat(secrets.keyFor("LLM_API_KEY", baseUrl, false)).isEqualTo("marker-key-1234");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:marker-in-url@10.0.0.5/v1",
                "http://10.0.0.5/v1?key=marker-in-url",
                "http://10.0.0.5/v1#marker-in-url",
                "http://user:marker in-url@10.0.0.5/v1"
            })
    void keepsAKeyInAnAddressOutOfItsMessage(String baseUrl) {
        assertThatThrownBy(() -> secrets.keyFor("LLM_API_KEY", baseUrl, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LLM_API_KEY")
                .hasMessageNotContaining("marker");
    }

    @Test
    void showsNoneOfThem() {
        assertThat(secrets).hasToString("Secrets[hidden]");
    }

    @Test
    void cannotTravelInAJobGraph() {
        assertThat(secrets).isNotInstanceOf(Serializable.class);
    }
}

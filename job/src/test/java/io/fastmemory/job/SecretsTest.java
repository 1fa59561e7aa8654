package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.util.Map;
import org.junit.jupiter.api.Test;

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

    @Test
    void showsNoneOfThem() {
        assertThat(secrets).hasToString("Secrets[hidden]");
    }

    @Test
    void cannotTravelInAJobGraph() {
        assertThat(secrets).isNotInstanceOf(Serializable.class);
    }
}

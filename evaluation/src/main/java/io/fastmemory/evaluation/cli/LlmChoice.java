package io.fastmemory.evaluation.cli;

import io.fastmemory.job.Secrets;

/** Which language model a command asks. */
enum LlmChoice {
    AUTO,
    STUB,
    OPENAI;

    /** Whether it is the stand-in, which {@code auto} takes where no key of a model is set. */
    boolean isStub() {
        return this == STUB || (this == AUTO && Secrets.fromEnvironment().get("LLM_API_KEY") == null);
    }
}

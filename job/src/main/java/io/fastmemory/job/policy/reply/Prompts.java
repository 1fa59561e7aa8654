package io.fastmemory.job.policy.reply;

import io.fastmemory.model.ContentDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The system prompts, as they stand in the program's resources. */
public final class Prompts {
    /** What the policy is told. */
    public static final String POLICY = resource("/prompts/policy.txt");

    /** What the reader is told. */
    public static final String READER = resource("/prompts/reader.txt");

    private Prompts() {}

    /** SHA-256 over both prompts, recorded with every run. */
    public static String sha256() {
        return new ContentDigest().add(POLICY).add(READER).hex();
    }

    private static String resource(String name) {
        try (InputStream in = Prompts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource is missing from the program: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read resource " + name, e);
        }
    }
}

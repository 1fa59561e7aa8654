package io.fastmemory.job;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one place where the environment's service settings are read. Made where a client is opened, so that no key enters
 * a job graph, a state or a configuration page; {@link #toString} hides them.
 */
public final class Secrets {
    private final Map<String, String> environment;

    private Secrets(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Those of this process. */
    public static Secrets fromEnvironment() {
        return new Secrets(System.getenv());
    }

    /** Those of a given environment. */
    public static Secrets of(Map<String, String> environment) {
        return new Secrets(Map.copyOf(environment));
    }

    /** The value of a variable, or {@code null} if it is unset or blank. */
    public @Nullable String get(String variable) {
        String value = environment.get(variable);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /**
     * The value of a variable.
     *
     * @throws IllegalArgumentException naming the variable, if it is unset
     */
    public String require(String variable, String why) {
        String value = get(variable);
        if (value == null) {
            throw new IllegalArgumentException("expected environment variable " + variable + " to be set: " + why);
        }
        return value;
    }

    @Override
    public String toString() {
        return "Secrets[hidden]";
    }
}

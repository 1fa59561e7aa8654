package io.fastmemory.job;

import java.net.URI;
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

    /**
     * The key for a service, or {@code null} if the variable is unset.
     *
     * @param baseUrl where the key is to be sent
     * @param allowInsecure whether it may be sent over plain http to another machine
     * @throws IllegalArgumentException if it is set and would be readable on its way
     */
    public @Nullable String keyFor(String variable, String baseUrl, boolean allowInsecure) {
        String key = get(variable);
        if (key != null && !allowInsecure && inClear(baseUrl)) {
            throw new IllegalArgumentException("expected https for a service beyond this machine that gets " + variable
                    + ": " + ServiceUrl.shown(baseUrl) + "; unset the key, or allow it by "
                    + JobOptions.LLM_ALLOW_INSECURE.key()
                    + "=true for a run, --allow-insecure for a judge");
        }
        return key;
    }

    private static boolean inClear(String baseUrl) {
        URI uri = ServiceUrl.parsed(baseUrl);
        return uri == null || ("http".equalsIgnoreCase(uri.getScheme()) && !ServiceUrl.isLoopback(baseUrl));
    }

    @Override
    public String toString() {
        return "Secrets[hidden]";
    }
}

package io.fastmemory.evaluation.cli;

import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a server of this program listens, and who may come in. */
final class Listening {
    @Option(names = "--bind", defaultValue = "127.0.0.1", description = "Address (default: ${DEFAULT-VALUE}).")
    private String bind;

    @Option(
            names = "--allow-anonymous",
            description = "Let anyone in who reaches an address beyond this machine; without it a key is needed there.")
    private boolean anonymous;

    @SuppressWarnings("NullAway.Init")
    Listening() {}

    /** The key that a variable of the environment holds, or {@code null} if it is unset or blank. */
    static @Nullable String key(String variable) {
        String key = System.getenv(variable);
        return key == null || key.isBlank() ? null : key;
    }

    /**
     * The address to listen on.
     *
     * @param variable where the key comes from
     * @throws IllegalArgumentException if others could reach it and no key is set
     */
    String address(String variable, @Nullable String key) throws IOException {
        if (key == null && !anonymous && !InetAddress.getByName(bind).isLoopbackAddress()) {
            throw new IllegalArgumentException("expected " + variable + " to be set for a server that other machines"
                    + " can reach, at " + bind + "; or --allow-anonymous to let anyone in");
        }
        return bind;
    }
}

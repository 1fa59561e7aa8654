package io.fastmemory.connectors.index.local;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a local index server runs.
 *
 * @param bindAddress address both planes listen on
 * @param advertisedHost host name written into an index's address, as clients reach it
 * @param controlPort port of the control plane, or 0 for any free one
 * @param firstDataPort port of the first index, the next free ones for more, or 0 for any free one
 * @param directory where indexes are kept, or {@code null} to keep them in memory only
 * @param apiKey key every request must bring, or {@code null} to let anyone in
 * @param visibilityDelay how long after its acknowledgement a write becomes visible to readers
 * @param faults failures on purpose
 */
public record LocalIndexOptions(
        String bindAddress,
        String advertisedHost,
        int controlPort,
        int firstDataPort,
        @Nullable Path directory,
        @Nullable String apiKey,
        Duration visibilityDelay,
        Faults faults) {
    public LocalIndexOptions {
        if (visibilityDelay.isNegative()) {
            throw new IllegalArgumentException("visibilityDelay must not be negative: " + visibilityDelay);
        }
    }

    /** In memory, on free ports of the loopback interface, open to anyone there, visible at once, without faults. */
    public static LocalIndexOptions inMemory() {
        return new LocalIndexOptions("127.0.0.1", "localhost", 0, 0, null, null, Duration.ZERO, Faults.NONE);
    }

    /** The same, kept in {@code newDirectory}. */
    public LocalIndexOptions withDirectory(Path newDirectory) {
        return new LocalIndexOptions(
                bindAddress, advertisedHost, controlPort, firstDataPort, newDirectory, apiKey, visibilityDelay, faults);
    }

    /** The same, listening at {@code newBindAddress} and telling clients {@code newAdvertisedHost}. */
    public LocalIndexOptions withAddress(String newBindAddress, String newAdvertisedHost) {
        return new LocalIndexOptions(
                newBindAddress,
                newAdvertisedHost,
                controlPort,
                firstDataPort,
                directory,
                apiKey,
                visibilityDelay,
                faults);
    }

    /** The same on fixed ports. */
    public LocalIndexOptions withPorts(int newControlPort, int newFirstDataPort) {
        return new LocalIndexOptions(
                bindAddress,
                advertisedHost,
                newControlPort,
                newFirstDataPort,
                directory,
                apiKey,
                visibilityDelay,
                faults);
    }

    /** The same for holders of a key only. */
    public LocalIndexOptions withApiKey(String newApiKey) {
        return new LocalIndexOptions(
                bindAddress, advertisedHost, controlPort, firstDataPort, directory, newApiKey, visibilityDelay, faults);
    }

    /** The same with another visibility delay. */
    public LocalIndexOptions withVisibilityDelay(Duration newVisibilityDelay) {
        return new LocalIndexOptions(
                bindAddress, advertisedHost, controlPort, firstDataPort, directory, apiKey, newVisibilityDelay, faults);
    }

    /** The same with faults. */
    public LocalIndexOptions withFaults(Faults newFaults) {
        return new LocalIndexOptions(
                bindAddress, advertisedHost, controlPort, firstDataPort, directory, apiKey, visibilityDelay, newFaults);
    }

    /** Says everything but the key. */
    @Override
    public String toString() {
        return "LocalIndexOptions[bindAddress=" + bindAddress + ", advertisedHost=" + advertisedHost + ", controlPort="
                + controlPort + ", firstDataPort=" + firstDataPort + ", directory=" + directory + ", apiKey="
                + (apiKey == null ? "none" : "(hidden)") + ", visibilityDelay=" + visibilityDelay + ", faults=" + faults
                + "]";
    }
}

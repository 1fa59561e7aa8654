package io.fastmemory.connectors.index.local;

import java.util.Map;

/**
 * What an index was created with.
 *
 * @param name name of the index, 1 to 45 lower-case letters, digits and hyphens
 * @param dimension length of its vectors
 * @param metric similarity; {@code cosine} is the only one served
 * @param cloud cloud the client asked for; kept and told, without effect
 * @param region region the client asked for; kept and told, without effect
 * @param deletionProtection {@code enabled} or {@code disabled}
 * @param tags labels the client gave
 */
record IndexDefinition(
        String name,
        int dimension,
        String metric,
        String cloud,
        String region,
        String deletionProtection,
        Map<String, String> tags) {
    IndexDefinition {
        if (!name.matches("[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?")) {
            throw new IllegalArgumentException(
                    "name must be 1 to 45 lower-case letters, digits and inner hyphens: " + name);
        }
        if (dimension < 1 || dimension > 20_000) {
            throw new IllegalArgumentException("dimension must be 1 to 20000: " + dimension);
        }
        if (!metric.equals("cosine")) {
            throw new IllegalArgumentException("metric must be cosine, the only one this server knows: " + metric);
        }
        tags = Map.copyOf(tags);
    }
}

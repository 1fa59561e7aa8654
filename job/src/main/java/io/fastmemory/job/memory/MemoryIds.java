package io.fastmemory.job.memory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Memory ids, derived from (entity, call, place of the action), so that applying a decision again makes the same. */
final class MemoryIds {
    private static final int MAX_LENGTH = 200;

    private MemoryIds() {}

    static String of(String entityId, long callSeq, int actionIndex) {
        String id = entityId + ":m" + callSeq + "." + actionIndex;
        return id.length() <= MAX_LENGTH ? id : "h:" + sha256(entityId) + ":m" + callSeq + "." + actionIndex;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

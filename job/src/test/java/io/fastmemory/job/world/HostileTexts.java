package io.fastmemory.job.world;

import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Texts of events that attack who reads them. {@code EVENT} stands for the id of the event that says it, {@code victim}
 * is the entity they are after, with the memories {@code victim:m1.0} and {@code victim:m2.0} and the events {@code v1}
 * and {@code v2}; {@code LONG} begins a text that is to be made very long.
 */
public final class HostileTexts {
    private static final Path FILE = Path.of("..", "job", "src", "test", "resources", "hostile-texts.jsonl");
    private static final int VERY_LONG = 60_000;

    private HostileTexts() {}

    /** Every text as the event {@code eventId} says it. */
    public static List<String> saidBy(String eventId) {
        try {
            return Files.readAllLines(FILE).stream()
                    .map(line -> Json.read(line, String.class))
                    .map(text -> text.replace("EVENT", eventId))
                    .map(text -> text.startsWith("LONG") ? "very ".repeat(VERY_LONG / 5) + text : text)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

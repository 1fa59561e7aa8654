package io.fastmemory.evaluation.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fastmemory.connectors.sqlite.RawRow;
import io.fastmemory.connectors.sqlite.RawStore;
import io.fastmemory.connectors.sqlite.SqliteFile;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.JsonLines;
import io.fastmemory.evaluation.metric.RolloutMerger;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Json;
import io.fastmemory.model.Undecided;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run has left behind, as far as it is checked.
 *
 * @param rawEvents how many events are in the raw store
 * @param rawTexts the texts of those that were looked for there and found, by id
 * @param undecided ids in the file of parked events, one for each line
 * @param deadLetters where the lines of the dead-letter file say they were read, one for each line
 */
record Remains(
        EvalSummary summary,
        Rollouts rollouts,
        long rawEvents,
        Map<String, String> rawTexts,
        List<String> undecided,
        List<String> deadLetters) {
    Remains {
        rawTexts = Map.copyOf(rawTexts);
        undecided = List.copyOf(undecided);
        deadLetters = List.copyOf(deadLetters);
    }

    /**
     * Reads them.
     *
     * @param folder of the run, evaluated
     * @param store of the run
     * @param eventIds which events are looked for in the raw store
     */
    static Remains of(Path folder, EvalSummary summary, SqliteFile store, Collection<String> eventIds)
            throws IOException {
        Rollouts rollouts = Rollouts.read(folder.resolve(Rollouts.FILE));
        RawStore raw = new RawStore(store);
        String runId = rollouts.run().runId();
        Map<String, String> texts = new HashMap<>();
        for (String eventId : eventIds) {
            RawRow row = raw.find(runId, eventId).join();
            if (row != null) {
                texts.put(eventId, text(row));
            }
        }
        List<String> undecided = new ArrayList<>();
        JsonLines.read(
                folder.resolve(RolloutMerger.UNDECIDED_FILE),
                Undecided.class,
                (parked, number, bytes) -> undecided.add(parked.event().eventId()));
        List<String> deadLetters = new ArrayList<>();
        JsonLines.read(
                folder.resolve(RolloutMerger.DEAD_LETTER_FILE),
                DeadLetter.class,
                (letter, number, bytes) -> deadLetters.add(letter.file() + ":" + letter.line()));
        return new Remains(summary, rollouts, raw.count(runId).join(), texts, undecided, deadLetters);
    }

    private static String text(RawRow row) throws JsonProcessingException {
        return Json.MAPPER.readTree(row.json()).path("text").asText();
    }
}

package io.fastmemory.job.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.DigestLine;
import io.fastmemory.model.rollout.InputLine;
import io.fastmemory.model.rollout.RolloutLine;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.OutputTag;

/** The lines that steps leave for {@code raw_rollouts.jsonl}. */
public final class Rollouts {
    /** Lines of rollouts as JSON. */
    public static final OutputTag<String> LINES = new OutputTag<>("rollout-lines", Types.STRING);

    private Rollouts() {}

    /** The line of what keyed state held at the end. */
    public static String digest(DigestLine.State digest) {
        return write(digest);
    }

    /** The line of an input that could not be used. */
    public static String deadLetter(DeadLetter letter) {
        return write(new InputLine(
                letter.file(),
                letter.line(),
                "dead_letter",
                letter.code().name().toLowerCase(Locale.ROOT),
                letter.eventId()));
    }

    /** The JSON of a line, with its {@code kind}. */
    static String write(RolloutLine line) {
        try {
            return Json.MAPPER.writerFor(RolloutLine.class).writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot be written as a rollout line: " + line.getClass(), e);
        }
    }
}

package io.fastmemory.datagen.longmemeval;

import io.fastmemory.datagen.DatasetWriter;
import io.fastmemory.datagen.GeneratorConfig;
import io.fastmemory.datagen.imports.Findings;
import io.fastmemory.datagen.imports.ImportReport;
import io.fastmemory.datagen.imports.ImportReport.Kind;
import io.fastmemory.datagen.imports.JsonAt;
import io.fastmemory.datagen.imports.JsonElements;
import io.fastmemory.datagen.imports.Lanes;
import io.fastmemory.datagen.imports.Moment;
import io.fastmemory.datagen.imports.Pace;
import io.fastmemory.model.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the LongMemEval file into a dataset folder: each instance is an entity, its turns are events dated like their
 * sessions, and its question comes at the end. Ids are numbered anew, as those of the file give evidence away.
 *
 * <p>Evidence is the turns marked {@code has_answer} in the answer sessions. Each answer session is a required entry of its
 * own, with the same ask and value, so that a question over several sessions needs them all. Where knowledge is updated only
 * the last answer session counts, and its turns supersede those of all before; when one of them cannot be found, the question
 * is left out. A question whose id ends with {@code _abs} asks to abstain. The file is read one instance at a time.
 *
 * @see <a href="https://github.com/xiaowu0162/LongMemEval">LongMemEval and its file format</a>
 */
public final class LongMemEvalImporter {
    /** Name and version of this importer; a change of the bytes it writes changes the version. */
    public static final String VERSION = "longmemeval-importer 2";

    private final Pace pace;
    private final Findings findings =
            new Findings(Kind.EVIDENCE_UNRESOLVED, Kind.EVIDENCE_WIDENED, Kind.QUESTION_LEFT_OUT);
    private int instances;
    private @Nullable Instant epoch;

    /** An importer that lays histories out at {@code pace}; for one import. */
    public LongMemEvalImporter(Pace pace) {
        this.pace = pace;
    }

    /**
     * Imports {@code file} into {@code folder}, replacing a dataset that is there.
     *
     * @throws io.fastmemory.datagen.imports.ImportException if the file is not of the expected form
     */
    public ImportReport importTo(Path file, Path folder) throws IOException {
        try (JsonElements elements = JsonElements.open(file);
                DatasetWriter writer = DatasetWriter.open(folder, pace.force())) {
            new Lanes(pace.lanes(), pace.sessionGap().toMillis())
                    .writeTo(writer, startMs -> episode(elements.next(), startMs));
            Instant start = epoch == null ? GeneratorConfig.DEFAULT_EPOCH : epoch;
            Dataset dataset = writer.finish("longmemeval", "longmemeval", null, start, VERSION, findings.counts());
            return new ImportReport(dataset, findings.told());
        }
    }

    private @Nullable List<Moment> episode(@Nullable JsonAt instance, long startMs) throws IOException {
        if (instance == null) {
            return null;
        }
        History history = History.read(instance);
        if (!history.sessions().isEmpty()) {
            Instant first = history.sessions().get(0).date();
            epoch = epoch == null || first.isBefore(epoch) ? first : epoch;
        }
        return new HistoryLayout(history, "lme-" + ++instances, pace, findings).moments(startMs);
    }
}

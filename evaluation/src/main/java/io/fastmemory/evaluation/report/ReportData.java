package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.Comparison;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code report.html} shows.
 *
 * @param summary the figures
 * @param timeline what was waiting and held over time
 * @param stories queries, and what became of the events they needed
 * @param timeNote what is to be known of the run's times, or {@code null}
 * @param beside the run and others side by side, or {@code null} without others
 */
record ReportData(
        EvalSummary summary,
        Timeline timeline,
        Stories stories,
        @Nullable String timeNote,
        @Nullable SideBySide beside) {
    /** Gathers it from a summary and the rollouts it was computed from. */
    static ReportData of(EvalSummary summary, Path rolloutsFile, @Nullable Comparison comparison) throws IOException {
        Rollouts rollouts = Rollouts.read(rolloutsFile);
        return new ReportData(
                summary,
                Timeline.of(rollouts),
                StoryBook.of(rollouts, rolloutsFile),
                TimeNote.of(summary),
                comparison == null ? null : SideBySide.of(comparison));
    }

    /**
     * The data as JSON that can stand inside a script element: no tag, comment or entity can begin in it, and no line
     * can end where JavaScript sees an end and JSON does not.
     */
    String json() {
        return Json.write(this)
                .replace("&", "\\u0026")
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }
}

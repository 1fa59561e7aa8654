package io.fastmemory.evaluation.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fastmemory.evaluation.metric.InvalidRolloutException;
import io.fastmemory.evaluation.metric.RequiredFields;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a suite comes to: the contents of {@code suite_summary.json}, keys in this order, absent written as null. Its
 * figures are those of the summaries of its finished runs; the same runs give the same bytes.
 *
 * @param runs that are finished, by seed and policy
 * @param missing run ids that are not finished
 * @param excluded why runs that are finished are in no figure, by run id: of other settings, or not to be read
 * @param policies what the runs of each policy come to
 * @param bounds whether each seed keeps the bounds
 * @param notes in which conditions the runs differ
 */
public record SuiteSummary(
        SuiteFile suite,
        List<Run> runs,
        List<String> missing,
        Map<String, String> excluded,
        List<PolicyFigures> policies,
        List<SeedBounds> bounds,
        List<String> notes) {
    /** Name of the file in a suite's folder. */
    public static final String FILE = "suite_summary.json";

    public SuiteSummary {
        runs = List.copyOf(runs);
        missing = List.copyOf(missing);
        excluded = Collections.unmodifiableMap(new LinkedHashMap<>(excluded));
        policies = List.copyOf(policies);
        bounds = List.copyOf(bounds);
        notes = List.copyOf(notes);
    }

    /**
     * Reads the summary of a suite.
     *
     * @throws InvalidRolloutException naming the file and the field, if it is not such a summary
     */
    public static SuiteSummary read(Path file) throws IOException {
        byte[] text = Files.readAllBytes(file);
        try {
            String absent = RequiredFields.absent(Json.MAPPER.readTree(text), SuiteSummary.class);
            if (absent != null) {
                throw notOfThisVersion(file, "no " + absent);
            }
            return Json.MAPPER.readValue(text, SuiteSummary.class);
        } catch (JsonProcessingException e) {
            throw notOfThisVersion(file, e.getOriginalMessage());
        }
    }

    private static InvalidRolloutException notOfThisVersion(Path file, String found) {
        return new InvalidRolloutException(
                file,
                "expected a suite's summary of this version, found " + found
                        + "; call fmw eval-suite again to have one");
    }

    /**
     * One finished run.
     *
     * @param mock whether a stand-in answered in place of a language model
     * @param figures by their names, {@code null} where the run has none
     */
    public record Run(
            String runId,
            String policy,
            long seed,
            String datasetSha256,
            boolean mock,
            Map<String, @Nullable Double> figures) {
        public Run {
            figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        }
    }

    /**
     * What the runs of a policy come to.
     *
     * @param runs that are finished
     * @param figures by their names
     */
    public record PolicyFigures(String policy, long runs, Map<String, Spread> figures) {
        public PolicyFigures {
            figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        }
    }

    /**
     * A figure over the seeds.
     *
     * @param known runs that have it
     * @param mean of those; {@code null} if none has it, or if it is a time that some did not reach
     * @param min of those
     * @param max of those, {@code null} like the mean
     */
    public record Spread(
            long known,
            @Nullable Double mean,
            @Nullable Double min,
            @Nullable Double max) {}

    /**
     * Whether {@code none ≤ llm ≤ oracle} holds for the runs of one seed.
     *
     * @param compared those of the three that are finished, in this order; fewer than two compare nothing
     * @param broken each figure that is out of order; empty when the bounds hold
     */
    public record SeedBounds(long seed, List<String> compared, List<Broken> broken) {
        public SeedBounds {
            compared = List.copyOf(compared);
            broken = List.copyOf(broken);
        }
    }

    /** A figure by which the policy that should be above is below. */
    public record Broken(String figure, String lower, double lowerValue, String upper, double upperValue) {}
}

package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.metric.EvalSummary.Abstention;
import io.fastmemory.evaluation.metric.EvalSummary.EpisodeReward;
import io.fastmemory.evaluation.metric.EvalSummary.FreshnessBin;
import io.fastmemory.evaluation.metric.EvalSummary.Quality;
import io.fastmemory.evaluation.metric.EvalSummary.QueryQuality;
import io.fastmemory.evaluation.reward.RewardFunction;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.CallReward;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.QueryReward;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of a summary that says how well a run did, from its metrics. */
final class Qualities {
    private Qualities() {}

    /** The quality of a run. */
    static Quality of(RunMetrics metrics) {
        QualityMetrics quality = metrics.quality();
        return new Quality(
                quality.quality(Slice.ALL),
                quality.quality(Slice.ANSWERABLE),
                abstention(quality),
                byCategory(quality),
                metrics.audit().quality(),
                freshnessCurve(quality),
                metrics.score().parts(),
                metrics.score()
                        .confidence(
                                metrics.settings().resamples(),
                                metrics.settings().bootstrapSeed()),
                reward(metrics.rollouts()));
    }

    private static Abstention abstention(QualityMetrics quality) {
        long queries = quality.queries(Slice.ABSTAIN);
        return new Abstention(
                queries,
                quality.rate(Slice.ABSTAIN, QualityMetric.ANSWER_SUCCESS).mean(),
                Numbers.per(quality.answered(Slice.ABSTAIN), queries),
                quality.rate(Slice.ANSWERABLE, QualityMetric.ABSTAINED).mean());
    }

    private static Map<String, QueryQuality> byCategory(QualityMetrics quality) {
        Map<String, QueryQuality> byCategory = new LinkedHashMap<>();
        String prefix = Slice.ofCategory("").name();
        for (Slice slice : quality.slices()) {
            if (slice.name().startsWith(prefix)) {
                byCategory.put(slice.name().substring(prefix.length()), quality.quality(slice));
            }
        }
        return byCategory;
    }

    private static List<FreshnessBin> freshnessCurve(QualityMetrics quality) {
        List<FreshnessBin> curve = new ArrayList<>();
        for (int bin = 0; bin < EvidenceAge.bins(); bin++) {
            QualityMetrics.Rate success = quality.rate(Slice.ofEvidenceAge(bin), QualityMetric.ANSWER_SUCCESS);
            curve.add(
                    new FreshnessBin(EvidenceAge.fromMs(bin), EvidenceAge.toMs(bin), success.count(), success.mean()));
        }
        return curve;
    }

    /** Sums of what the lines record, or {@code null} if they record no reward. */
    private static @Nullable EpisodeReward reward(Rollouts rollouts) {
        double queries = 0;
        double uncredited = 0;
        for (QueryLine query : rollouts.queries()) {
            QueryReward reward = query.reward();
            if (reward == null) {
                return null;
            }
            queries += reward.total();
            uncredited += reward.credits().isEmpty() ? reward.total() : 0;
        }
        double storage = 0;
        double index = 0;
        double rejected = 0;
        for (CallLine call : rollouts.calls()) {
            CallReward reward = call.reward();
            if (reward == null) {
                return null;
            }
            storage += reward.storage();
            index += reward.index();
            rejected += reward.rejected();
        }
        return new EpisodeReward(
                RewardFunction.rounded(queries - storage - index - rejected),
                RewardFunction.rounded(queries),
                RewardFunction.rounded(storage),
                RewardFunction.rounded(index),
                RewardFunction.rounded(rejected),
                RewardFunction.rounded(uncredited));
    }
}

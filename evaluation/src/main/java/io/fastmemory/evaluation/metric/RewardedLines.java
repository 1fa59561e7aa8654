package io.fastmemory.evaluation.metric;

import io.fastmemory.evaluation.reward.RewardWeights;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;

/** Lines of queries and calls as the evaluation of the whole run leaves them: with cause and reward. */
final class RewardedLines {
    private final Judgement judgement;
    private final RunRewards rewards;

    RewardedLines(Judgement judgement, RunRewards rewards) {
        this.judgement = judgement;
        this.rewards = rewards;
    }

    /** A line with its cause and reward; one of another kind as it is. */
    byte[] rewrite(byte[] bytes) throws IOException {
        RolloutLine line = Json.MAPPER.readValue(bytes, RolloutLine.class);
        RolloutLine rewarded = rewarded(line);
        return rewarded.equals(line)
                ? bytes
                : Json.MAPPER.writerFor(RolloutLine.class).writeValueAsBytes(rewarded);
    }

    private RolloutLine rewarded(RolloutLine line) {
        if (line instanceof QueryLine query) {
            return query.judged(judgement.cause(query.queryId()), rewards.query(query.queryId()));
        }
        return line instanceof CallLine call ? call.withReward(rewards.call(call)) : line;
    }

    /**
     * Checks the verdicts and causes of merged rollouts, and rewrites the file if its rewards are not those of these weights.
     *
     * @throws InvalidRolloutException if a verdict or a cause does not follow
     */
    static void checkAndRewrite(Path file, RewardWeights weights) throws IOException {
        Rollouts rollouts = Rollouts.read(file);
        Judgement judgement = new Judgement(rollouts);
        rollouts.readQueries(file, (query, line, bytes) -> {
            Judgement.checkVerdict(query, file, line);
            judgement.judge(query);
            judgement.checkCause(query, file, line);
        });
        RunRewards rewards = RunRewards.of(rollouts, judgement.blames(), weights);
        if (!areRecorded(rollouts, rewards)) {
            new RewardedLines(judgement, rewards).rewrite(file);
        }
    }

    private static boolean areRecorded(Rollouts rollouts, RunRewards rewards) {
        return rollouts.queries().stream()
                        .allMatch(query -> Objects.equals(query.reward(), rewards.query(query.queryId())))
                && rollouts.calls().stream().allMatch(call -> Objects.equals(call.reward(), rewards.call(call)));
    }

    private void rewrite(Path file) throws IOException {
        try (ResultFile.Draft draft = ResultFile.draft(file)) {
            OutputStream out = draft.out();
            JsonLines.read(file, RolloutLine.class, (line, number, bytes) -> {
                RolloutLine rewarded = rewarded(line);
                out.write(
                        rewarded.equals(line)
                                ? bytes
                                : Json.MAPPER.writerFor(RolloutLine.class).writeValueAsBytes(rewarded));
                out.write('\n');
            });
            draft.putInPlace();
        }
    }
}

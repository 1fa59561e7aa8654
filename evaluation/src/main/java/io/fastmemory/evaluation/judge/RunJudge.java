package io.fastmemory.evaluation.judge;

import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.evaluation.judge.Judge.Heard;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.InvalidRolloutException;
import io.fastmemory.evaluation.metric.JsonLines;
import io.fastmemory.evaluation.metric.ResultFile;
import io.fastmemory.evaluation.metric.Rollouts;
import io.fastmemory.evaluation.metric.RunFiles;
import io.fastmemory.job.policy.reply.ReplyLoop;
import io.fastmemory.model.Json;
import io.fastmemory.model.rollout.QueryLine;
import io.fastmemory.model.rollout.RolloutLine;
import io.fastmemory.model.rollout.RunLine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Has a run's answers judged by a language model, and writes its opinions beside the verdicts, which stay as they are. */
public final class RunJudge {
    /** Name of the file of opinions in a run's folder. */
    public static final String LINES_FILE = "judge.jsonl";

    /** Name of the file of figures in a run's folder. */
    public static final String SUMMARY_FILE = "judge_summary.json";

    private static final int MAX_REASON = 1_000;

    private final Path runDir;
    private final RunLine run;
    private final JudgeSettings settings;
    private final Docket docket;

    private RunJudge(Path runDir, RunLine run, JudgeSettings settings, Docket docket) {
        this.runDir = runDir;
        this.run = run;
        this.settings = settings;
        this.docket = docket;
    }

    /**
     * Reads a run and decides what of it is judged.
     *
     * @throws InvalidRolloutException if it is not evaluated, or its rollouts are torn, cut, or hold a query twice
     * @throws IllegalArgumentException if there is nothing to be judged
     */
    public static RunJudge open(Path runDir, JudgeSettings settings) throws IOException {
        RunFiles.requireEvaluated(runDir);
        Path rollouts = runDir.resolve(Rollouts.FILE);
        List<RunLine> runs = new ArrayList<>();
        List<JudgedQuery> queries = new ArrayList<>();
        Set<String> queryIds = new HashSet<>();
        JsonLines.read(rollouts, RolloutLine.class, (line, number, bytes) -> {
            if (line instanceof RunLine first) {
                runs.add(first);
            } else if (line instanceof QueryLine query) {
                if (!queryIds.add(query.queryId())) {
                    throw new InvalidRolloutException(
                            rollouts,
                            number,
                            "/query_id: expected each query once, found " + query.queryId() + " again");
                }
                queries.add(JudgedQuery.of(query));
            }
        });
        if (runs.size() != 1) {
            throw new InvalidRolloutException(rollouts, "expected one line of kind run, found " + runs.size());
        }
        requireWhole(runDir, queries.size());
        Docket docket = Docket.of(queries, settings);
        if (docket.cases().isEmpty()) {
            throw new IllegalArgumentException("expected answers to "
                    + (settings.all() ? "answerable questions" : "questions with free-text gold") + " in " + rollouts
                    + ", found none of " + queries.size() + " queries: " + docket.notJudged()
                    + (settings.all() ? "" : "; --all judges every answerable one"));
        }
        return new RunJudge(runDir, runs.get(0), settings, docket);
    }

    private static void requireWhole(Path runDir, long queries) throws IOException {
        EvalSummary summary = EvalSummary.read(runDir.resolve(EvalSummary.FILE));
        long counted = summary.quality().overall().queries();
        if (queries != counted) {
            throw new InvalidRolloutException(
                    runDir.resolve(Rollouts.FILE),
                    "expected " + counted + " queries, as " + EvalSummary.FILE + " counts, found " + queries
                            + ": the rollouts are cut off, or were changed since; run 'fmw evaluate " + runDir
                            + "' again");
        }
    }

    /** How many answers of the run are put before the judge. */
    public long answers() {
        return docket.cases().size() - docket.controls();
    }

    /** How many answers of known truth are put among them. */
    public long controls() {
        return docket.controls();
    }

    /**
     * Asks the judge and writes what it said.
     *
     * @throws io.fastmemory.connectors.llm.LlmException if the service refuses the key; then nothing is written
     */
    public JudgeSummary judge(LlmClient llm, Clock clock) throws IOException, InterruptedException {
        List<Heard> heard = new Judge(llm, settings, clock).hear(docket.cases());
        List<JudgeLine> lines = heard.stream()
                .map(RunJudge::line)
                .sorted(Comparator.comparing(JudgeLine::queryId).thenComparing(JudgeLine::control))
                .toList();
        JudgeSummary summary = JudgeSummary.of(
                run,
                new JudgeSummary.JudgeRef(llm.model(), llm.mock(), JudgePrompt.sha256()),
                settings,
                docket,
                lines,
                cost(heard));
        ResultFile.replace(
                runDir.resolve(LINES_FILE),
                lines.stream().map(Json::write).collect(Collectors.joining("\n", "", "\n")));
        ResultFile.replace(runDir.resolve(SUMMARY_FILE), ResultFile.json(summary));
        return summary;
    }

    private static JudgeLine line(Heard heard) {
        JudgeCase subject = heard.subject();
        ReplyLoop.Result<Ruling> reply = heard.reply();
        Ruling ruling = reply.value();
        return new JudgeLine(
                subject.query().queryId(),
                subject.control(),
                subject.query().textual(),
                subject.answer(),
                subject.correct(),
                ruling == null ? null : ruling.correct(),
                ruling == null ? null : cut(ruling.reason()),
                reply.failure(),
                cut(reply.message()),
                reply.repairs().size());
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null || text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "…";
    }

    private static JudgeSummary.Cost cost(List<Heard> heard) {
        return new JudgeSummary.Cost(
                sum(heard, ReplyLoop.Result::llmCalls),
                sum(heard, ReplyLoop.Result::promptTokens),
                sum(heard, ReplyLoop.Result::completionTokens),
                sum(heard, reply -> reply.repairs().size()),
                sum(heard, ReplyLoop.Result::httpRetries));
    }

    private static long sum(List<Heard> heard, ToLongFunction<ReplyLoop.Result<Ruling>> value) {
        return heard.stream().map(Heard::reply).mapToLong(value).sum();
    }
}

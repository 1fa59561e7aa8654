package io.fastmemory.evaluation.judge;

import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.connectors.llm.LlmException;
import io.fastmemory.connectors.llm.LlmException.Reason;
import io.fastmemory.job.policy.reply.ReplyLoop;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** The language model that judges: asks it about one answer after the other, several at once. */
final class Judge {
    private static final double TEMPERATURE = 0;
    private static final int MAX_ANSWER_TOKENS = 1_024;
    private static final String NO_ACCESS = Reason.UNAUTHORIZED.name().toLowerCase(Locale.ROOT);

    private final JudgeSettings settings;
    private final ReplyLoop<Ruling> loop;

    Judge(LlmClient llm, JudgeSettings settings, Clock clock) {
        this.settings = settings;
        this.loop = new ReplyLoop<>(llm, clock, settings.maxRepairs());
    }

    /** A case and what came of asking about it. */
    record Heard(JudgeCase subject, ReplyLoop.Result<Ruling> reply) {}

    /**
     * Asks about every case.
     *
     * @return one for each case, in their order; a case the judge failed on is among them
     * @throws LlmException if the service refuses the key: asking on would not help
     */
    List<Heard> hear(List<JudgeCase> cases) throws InterruptedException {
        Semaphore free = new Semaphore(settings.concurrency());
        AtomicBoolean refused = new AtomicBoolean();
        List<CompletableFuture<ReplyLoop.Result<Ruling>>> replies = new ArrayList<>();
        for (JudgeCase one : cases) {
            free.acquire();
            if (refused.get()) {
                break;
            }
            CompletableFuture<ReplyLoop.Result<Ruling>> reply = loop.ask(request(one), Ruling::read);
            replies.add(reply.whenComplete((result, failure) -> {
                if (failure != null || NO_ACCESS.equals(result.failure())) {
                    refused.set(true);
                }
                free.release();
            }));
        }
        List<Heard> heard = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            ReplyLoop.Result<Ruling> reply = replies.get(i).join();
            if (NO_ACCESS.equals(reply.failure())) {
                throw new LlmException(Reason.UNAUTHORIZED, reply.httpRetries(), "judge: " + reply.message());
            }
            heard.add(new Heard(cases.get(i), reply));
        }
        return heard;
    }

    private ChatRequest request(JudgeCase one) {
        return new ChatRequest(
                JudgePrompt.messages(one),
                "judge_ruling",
                JudgePrompt.SCHEMA,
                TEMPERATURE,
                MAX_ANSWER_TOKENS,
                settings.timeout());
    }
}

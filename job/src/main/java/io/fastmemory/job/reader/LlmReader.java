package io.fastmemory.job.reader;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.llm.EndpointHealth;
import io.fastmemory.connectors.llm.LlmClient;
import io.fastmemory.job.policy.reply.Prompts;
import io.fastmemory.job.policy.reply.ReplyLoop;
import io.fastmemory.job.policy.reply.ReplyLoop.Checked;
import io.fastmemory.model.Answer;
import io.fastmemory.model.AnswerSchemas;
import io.fastmemory.model.Ask;
import io.fastmemory.model.Fact;
import io.fastmemory.model.Json;
import io.fastmemory.model.Query;
import io.fastmemory.model.ReplyText;
import io.fastmemory.model.SchemaError;
import io.fastmemory.model.rollout.QueryLine.Hit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The language model that answers from the memories it is shown, and cites them. */
public final class LlmReader implements Reader {
    private static final String SCHEMA = AnswerSchemas.answerSchema().toString();

    /** What the reader sees. */
    record Request(String question, @Nullable Instant eventTime, List<Ask> asks, List<Shown> memories) {}

    /** A memory as the reader sees it. */
    record Shown(
            String memoryId,
            String content,
            List<Fact> facts,
            @Nullable Instant eventTime) {}

    private final LlmClient llm;
    private final double temperature;
    private final int maxAnswerTokens;
    private final Duration timeout;
    private final ReplyLoop<Answer> loop;

    public LlmReader(
            LlmClient llm, double temperature, int maxAnswerTokens, Duration timeout, int maxRepairs, Clock clock) {
        this.llm = llm;
        this.temperature = temperature;
        this.maxAnswerTokens = maxAnswerTokens;
        this.timeout = timeout;
        this.loop = new ReplyLoop<>(llm, clock, maxRepairs);
    }

    @Override
    public CompletableFuture<ReaderOutcome> answer(Query query, List<Hit> hits) {
        List<Shown> shown = hits.stream()
                .map(hit -> new Shown(hit.memoryId(), hit.content(), hit.facts(), hit.eventTime()))
                .toList();
        String request = Json.write(new Request(query.text(), query.eventTime(), query.asks(), shown));
        ChatRequest chat = new ChatRequest(
                List.of(new Message(Role.SYSTEM, Prompts.READER), new Message(Role.USER, request)),
                "answer",
                SCHEMA,
                temperature,
                maxAnswerTokens,
                timeout);
        CompletableFuture<ReplyLoop.Result<Answer>> reply = loop.ask(chat, text -> read(text, query, hits));
        CompletableFuture<ReaderOutcome> outcome = reply.thenApply(LlmReader::outcome);
        outcome.whenComplete((value, failure) -> {
            if (outcome.isCancelled()) {
                reply.cancel(true);
            }
        });
        return outcome;
    }

    private static ReaderOutcome outcome(ReplyLoop.Result<Answer> result) {
        return new ReaderOutcome(
                result.value(),
                result.failure(),
                result.repairs().size(),
                result.promptTokens(),
                result.completionTokens(),
                result.llmCalls(),
                result.httpRetries());
    }

    /** Reads a reply: leniently as text, strictly against the schema, and within what was asked and shown. */
    static Checked<Answer> read(String reply, Query query, List<Hit> hits) {
        ReplyText.Extracted extracted = ReplyText.extractJson(reply);
        ObjectNode json = extracted.json();
        if (json == null) {
            return Checked.invalid(List.of(String.valueOf(extracted.error())));
        }
        List<SchemaError> errors = AnswerSchemas.checkAnswer(json);
        if (!errors.isEmpty()) {
            return Checked.invalid(errors.stream().map(SchemaError::toString).toList());
        }
        try {
            Answer answer = Json.MAPPER.treeToValue(json, Answer.class);
            List<String> beyond = beyondRequest(answer, query, hits);
            return beyond.isEmpty() ? Checked.valid(answer) : Checked.invalid(beyond);
        } catch (JsonProcessingException e) {
            return Checked.invalid(List.of(e.getOriginalMessage()));
        }
    }

    private static List<String> beyondRequest(Answer answer, Query query, List<Hit> hits) {
        Set<String> asked = query.asks().stream().map(Ask::askId).collect(Collectors.toSet());
        Set<String> shown = hits.stream().map(Hit::memoryId).collect(Collectors.toSet());
        Set<String> given = new HashSet<>();
        List<String> errors = new ArrayList<>();
        for (int i = 0; i < answer.answers().size(); i++) {
            Answer.AskAnswer value = answer.answers().get(i);
            String pointer = "/answers/" + i;
            if (!asked.contains(value.askId())) {
                errors.add(pointer + "/ask_id: " + value.askId() + " was not asked");
            } else if (!given.add(value.askId())) {
                errors.add(pointer + "/ask_id: " + value.askId() + " must be answered at most once");
            }
            for (String citation : value.citations()) {
                if (!shown.contains(citation)) {
                    errors.add(pointer + "/citations: memory " + citation + " was not retrieved for this query");
                }
            }
        }
        return errors;
    }

    @Override
    public EndpointHealth endpointHealth() {
        return llm.health();
    }

    @Override
    public void close() {
        llm.close();
    }
}

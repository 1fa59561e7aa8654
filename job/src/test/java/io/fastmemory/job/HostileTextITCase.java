package io.fastmemory.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fastmemory.connectors.llm.ChatRequest;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.connectors.sqlite.MemoryStore;
import io.fastmemory.job.policy.reply.Prompts;
import io.fastmemory.job.world.HostileTexts;
import io.fastmemory.job.world.JobRun;
import io.fastmemory.job.world.ObedientModel;
import io.fastmemory.job.world.OutsideWorld;
import io.fastmemory.job.world.RunFiles;
import io.fastmemory.job.world.TestTimeline;
import io.fastmemory.model.ActionResult;
import io.fastmemory.model.ActionResult.ActionError;
import io.fastmemory.model.Answer.AskAnswer;
import io.fastmemory.model.DeadLetter;
import io.fastmemory.model.DeadLetterCode;
import io.fastmemory.model.Event;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryVersion;
import io.fastmemory.model.PolicyRequest;
import io.fastmemory.model.RejectionCode;
import io.fastmemory.model.rollout.CallLine;
import io.fastmemory.model.rollout.QueryLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole job with a model that obeys every text it is shown: nothing reaches beyond the entity whose text it is. */
class HostileTextITCase {
    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    Path folder;

    private final Map<String, String> hostile = new TreeMap<>();

    @Test
    void hostileTextsHarmNobodyButTheirOwnEntity() throws Exception {
        Left alone = run("alone", victims(new TestTimeline()));

        TestTimeline attacked = victims(new TestTimeline());
        List<String> texts = HostileTexts.saidBy("EVENT");
        for (int i = 0; i < texts.size(); i++) {
            String eventId = "h" + i;
            String text = HostileTexts.saidBy(eventId).get(i);
            hostile.put(eventId, text);
            attacked.line(line(eventId, "attacker" + i, 50 + i, text));
            attacked.query("hq" + i, "attacker" + i, 4_000 + i);
        }
        attacked.query("q2", "victim", 5_000);
        Left under = run("attacked", attacked);

        assertThat(under.memoriesOf("victim")).hasSize(4).isEqualTo(alone.memoriesOf("victim"));
        assertThat(under.memoriesOf("victim2")).isNotEmpty().isEqualTo(alone.memoriesOf("victim2"));
        assertThat(under.indexedOf("victim")).isNotEmpty().isEqualTo(alone.indexedOf("victim"));
        noActionLeftItsEntity(under);
        damageIsOnRecord(under);
        textsWereShownAsStringsOnly(under);
        assertThat(under.files.rollouts(QueryLine.class)).allSatisfy(HostileTextITCase::staysWithItsEntities);
    }

    @Test
    void lookAlikeTenantsWithTheSameWordsStayApart() throws Exception {
        List<String> tenants = List.of("u1", "u10", "U1", "u-1", "u_1", "u.1", "u:1", "u1:m1.0", "u1:m1");
        TestTimeline timeline = new TestTimeline();
        for (int round = 0; round < 3; round++) {
            for (String tenant : tenants) {
                timeline.event("e" + round + "-" + tenant, tenant, 100L * round, "the door code is " + round);
            }
        }
        for (String tenant : tenants) {
            timeline.query("q-" + tenant, tenant, 4_000);
        }
        Left left = run("tenants", timeline);

        noActionLeftItsEntity(left);
        assertThat(left.files.rollouts(QueryLine.class))
                .hasSize(tenants.size())
                .allSatisfy(
                        query -> assertThat(query.hits()).as(query.queryId()).hasSize(3))
                .allSatisfy(HostileTextITCase::staysWithItsEntities);
        for (String tenant : tenants) {
            assertThat(left.memoriesOf(tenant))
                    .as(tenant)
                    .hasSize(3)
                    .allSatisfy(memory -> assertThat(memory).contains("\"entity_id\":\"" + tenant + '"'));
        }
        onlyOwnIsShown(left);
    }

    /** Tenants, words, their order and the moments of the questions by chance: each question finds all of its own, and no more. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noRandomRunMixesTenants(long seed) throws Exception {
        Random random = new Random(seed);
        List<String> tenants = List.of("u1", "u10", "U1", "u-1", "u:1", "u1:m1.0", "u1:m1");
        TestTimeline timeline = new TestTimeline();
        Map<String, Integer> events = new TreeMap<>();
        Map<String, Integer> expectedHits = new TreeMap<>();
        long offsetMs = 0;
        for (int i = 0; i < 50; i++) {
            String tenant = tenants.get(random.nextInt(tenants.size()));
            offsetMs += random.nextInt(30);
            if (random.nextInt(3) > 0) {
                timeline.event("e" + i, tenant, offsetMs, "the door code is " + random.nextInt(4));
                events.merge(tenant, 1, Integer::sum);
            } else {
                timeline.query("q" + i, tenant, offsetMs);
                expectedHits.put(
                        "q" + i, Math.min(events.getOrDefault(tenant, 0), JobOptions.RECORDED_HITS.defaultValue()));
            }
        }
        Left left = run("random-" + seed, timeline);

        noActionLeftItsEntity(left);
        assertThat(left.files.rollouts(QueryLine.class))
                .hasSize(expectedHits.size())
                .allSatisfy(HostileTextITCase::staysWithItsEntities)
                .allSatisfy(query ->
                        assertThat(query.hits()).as(query.queryId()).hasSize(expectedHits.get(query.queryId())));
        events.forEach((tenant, number) ->
                assertThat(left.memoriesOf(tenant)).as(tenant).hasSize(number));
        onlyOwnIsShown(left);
    }

    private static void onlyOwnIsShown(Left left) throws Exception {
        for (ChatRequest request : left.model.requests()) {
            if (request.schemaName().equals("policy_answer")) {
                PolicyRequest shown = Json.read(request.messages().get(1).content(), PolicyRequest.class);
                String entity = shown.events().get(0).entityId();
                assertThat(shown.events()).extracting(Event::entityId).containsOnly(entity);
                assertThat(shown.recentEvents()).extracting(Event::entityId).allMatch(entity::equals);
                assertThat(shown.activeMemories()).allMatch(memory -> isOf(memory.memoryId(), entity));
            }
        }
        Set<List<String>> read = left.model.requests().stream()
                .filter(request -> request.schemaName().equals("answer"))
                .map(request ->
                        ObedientModel.memoriesShown(request.messages().get(1).content()))
                .filter(shown -> !shown.isEmpty())
                .collect(Collectors.toSet());
        List<QueryLine> queries = left.files.rollouts(QueryLine.class);
        assertThat(read)
                .isEqualTo(queries.stream()
                        .map(query -> query.hits().stream()
                                .limit(JobOptions.TOP_K.defaultValue())
                                .map(QueryLine.Hit::memoryId)
                                .toList())
                        .filter(hits -> !hits.isEmpty())
                        .collect(Collectors.toSet()));
        assertThat(queries.stream()
                        .filter(query -> query.answer() != null)
                        .flatMap(query -> query.answer().answers().stream())
                        .flatMap(answer -> answer.citations().stream()))
                .as("citations")
                .isNotEmpty();
    }

    private static TestTimeline victims(TestTimeline timeline) {
        return timeline.event("v1", "victim", 0, "my passport is in the drawer")
                .event("v2", "victim", 10, "the drawer is in the kitchen")
                .event("w1", "victim2", 20, "my passport is in the car")
                .event("v3", "victim", 2_000, "the kitchen was painted")
                .event("v4", "victim", 3_000, "and again")
                .query("q1", "victim", 3_500);
    }

    /** An event's line with everything but ASCII escaped, so that half a character can stand in it. */
    private static String line(String eventId, String entityId, long offsetMs, String text) throws Exception {
        ObjectNode line = (ObjectNode) Json.MAPPER.readTree(TestTimeline.eventLine(eventId, entityId, offsetMs, ""));
        return Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(line.put("text", text));
    }

    private Left run(String runId, TestTimeline timeline) throws Exception {
        Path place = Files.createDirectory(folder.resolve(runId));
        timeline.writeTo(place.resolve("dataset"));
        ObedientModel model = new ObedientModel();
        try (OutsideWorld world = OutsideWorld.open(runId, place.resolve("memory.db"), Duration.ZERO, model)) {
            JobRun run = new JobRun(runId, place, world)
                    .with(JobOptions.QUERIES.key(), "settled")
                    .with(JobOptions.MAX_EVENTS_PER_CALL.key(), "1");
            JobRun.awaitEnd(run.start());
            List<MemoryVersion> versions = new ArrayList<>();
            MemoryStore store = new MemoryStore(world.store());
            for (MemoryVersion latest : store.latest(runId).join()) {
                versions.addAll(store.history(runId, latest.memoryId()).join());
            }
            return new Left(run.files(), model, versions, world.indexed());
        }
    }

    private static boolean isOf(String memoryId, String entityId) {
        return memoryId.matches(Pattern.quote(entityId) + ":m[0-9]+\\.[0-9]+");
    }

    private static void noActionLeftItsEntity(Left left) throws Exception {
        Map<String, Set<String>> eventsOf = new TreeMap<>();
        for (CallLine call : left.files.rollouts(CallLine.class)) {
            eventsOf.computeIfAbsent(call.entityId(), id -> new HashSet<>()).addAll(call.eventIds());
            assertThat(call.results())
                    .filteredOn(ActionResult::success)
                    .extracting(result -> result.payload().get("memory_id"))
                    .filteredOn(Objects::nonNull)
                    .allMatch(memoryId -> isOf(memoryId, call.entityId()));
        }
        assertThat(left.versions).isNotEmpty().allSatisfy(version -> {
            assertThat(isOf(version.memoryId(), version.entityId()))
                    .as(version.memoryId())
                    .isTrue();
            assertThat(eventsOf.get(version.entityId())).containsAll(version.sourceEventIds());
        });
    }

    private void damageIsOnRecord(Left under) throws Exception {
        List<CallLine> calls = under.files.rollouts(CallLine.class).stream()
                .filter(call -> call.entityId().startsWith("attacker"))
                .toList();
        assertThat(under.files.deadLetters())
                .as("texts that are no text")
                .extracting(DeadLetter::eventId, DeadLetter::code)
                .containsExactly(tuple("h19", DeadLetterCode.BAD_FIELD));
        assertThat(calls).hasSize(hostile.size() - 1);
        assertThat(calls.stream()
                        .filter(call -> String.valueOf(call.rawAnswer()).contains("victim")))
                .as("answers that did what they were told")
                .hasSizeGreaterThan(15);
        assertThat(calls.stream()
                        .flatMap(call -> call.results().stream())
                        .map(ActionResult::error)
                        .filter(Objects::nonNull)
                        .map(ActionError::code)
                        .collect(Collectors.toSet()))
                .contains(RejectionCode.UNKNOWN_MEMORY, RejectionCode.FOREIGN_SOURCE);
        assertThat(under.files.undecided())
                .as("answers beyond the schema")
                .isNotEmpty()
                .allSatisfy(parked -> assertThat(parked.entityId()).startsWith("attacker"))
                .allSatisfy(parked -> assertThat(parked.reason()).isEqualTo("invalid_answer"));
    }

    private void textsWereShownAsStringsOnly(Left under) {
        Set<String> shown = new HashSet<>();
        for (ChatRequest request : under.model.requests()) {
            List<Message> messages = request.messages();
            if (request.schemaName().equals("policy_answer")) {
                assertThat(messages.get(0)).isEqualTo(new Message(Role.SYSTEM, Prompts.POLICY));
                PolicyRequest read = Json.read(messages.get(1).content(), PolicyRequest.class);
                assertThat(read.lessons()).isEmpty();
                read.events().forEach(event -> {
                    if (hostile.containsKey(event.eventId())) {
                        assertThat(event.text()).isEqualTo(hostile.get(event.eventId()));
                        shown.add(event.eventId());
                    }
                });
            } else {
                assertThat(messages.get(0)).isEqualTo(new Message(Role.SYSTEM, Prompts.READER));
            }
            assertThat(messages)
                    .filteredOn(message -> message.role() == Role.SYSTEM)
                    .hasSize(1);
        }
        assertThat(shown).hasSize(hostile.size() - 1);
    }

    private static void staysWithItsEntities(QueryLine query) {
        String entity = query.entityIds().get(0);
        assertThat(query.hits()).allMatch(hit -> isOf(hit.memoryId(), entity));
        if (query.answer() != null) {
            assertThat(query.answer().answers()).flatMap(AskAnswer::citations).allMatch(cited -> isOf(cited, entity));
        }
    }

    /** What a run left behind. */
    private record Left(
            RunFiles files, ObedientModel model, List<MemoryVersion> versions, Map<String, Integer> indexed) {
        /** Every version of an entity's memories, without the time of day it was decided. */
        List<String> memoriesOf(String entityId) {
            return versions.stream()
                    .filter(version -> version.entityId().equals(entityId))
                    .map(version -> ((ObjectNode) Json.MAPPER.valueToTree(version))
                            .without("decided_at")
                            .toString())
                    .toList();
        }

        Map<String, Integer> indexedOf(String entityId) {
            Map<String, Integer> own = new TreeMap<>(indexed);
            own.keySet().removeIf(memoryId -> !isOf(memoryId, entityId));
            return own;
        }
    }
}

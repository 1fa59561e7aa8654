package io.fastmemory.connectors.llm.stub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.model.Answer;
import io.fastmemory.model.Budget;
import io.fastmemory.model.Event;
import io.fastmemory.model.Fact;
import io.fastmemory.model.IndexState;
import io.fastmemory.model.Json;
import io.fastmemory.model.Layer;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.MemoryAction.DelayIndex;
import io.fastmemory.model.MemoryAction.IgnoreEvent;
import io.fastmemory.model.MemoryAction.IndexNow;
import io.fastmemory.model.MemoryAction.UpdateMemory;
import io.fastmemory.model.MemoryAction.WriteMemory;
import io.fastmemory.model.MemoryView;
import io.fastmemory.model.PolicyAnswer;
import io.fastmemory.model.PolicyRequest;
import io.fastmemory.model.Scope;
import io.fastmemory.model.TokenEstimator;
import io.fastmemory.model.Urgency;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NaiveModelTest {
    private static final Budget PLENTY = Budget.of(20, 0);

    private final NaiveModel model = new NaiveModel();

    @Test
    void writesAndIndexesAStatementWithItsFact() {
        List<MemoryAction> actions = decide(2_000, PLENTY, List.of(), event("e1", "Mira's favourite tea is sencha."));

        assertThat(actions).hasSize(2);
        WriteMemory write = (WriteMemory) actions.get(0);
        assertThat(write.content()).isEqualTo("Mira's favourite tea is sencha.");
        assertThat(write.facts()).containsExactly(Fact.of("Mira", "favourite tea", "sencha"));
        assertThat(write.sourceEventIds()).containsExactly("e1");
        assertThat(((IndexNow) actions.get(1)).memoryId()).isEqualTo("$0");
    }

    @Test
    void keepsAStatementInWhichItFindsNoFact() {
        List<MemoryAction> actions =
                decide(2_000, PLENTY, List.of(), event("e1", "Yesterday we hiked up to the old mill."));

        assertThat(((WriteMemory) actions.get(0)).facts()).isEmpty();
    }

    @Test
    void judgesByEqualWordsOfEveryExpectedValue() {
        String expected = "\"expected\":[{\"ask_id\":\"a\",\"value\":\"Kyoto\",\"aliases\":[\"Kioto\"]},"
                + "{\"ask_id\":\"b\",\"value\":\"in June\",\"aliases\":[]}]";

        assertThat(ruling(expected, "kioto", "In June.")).isTrue();
        assertThat(ruling(expected, "Kyoto", "in July")).isFalse();
        assertThat(ruling(expected, "in June", "Kyoto")).isFalse();
    }

    private boolean ruling(String expected, String first, String second) {
        String request = "{\"question\":\"?\"," + expected + ",\"given\":[{\"ask_id\":\"a\",\"value\":\"" + first
                + "\"},{\"ask_id\":\"b\",\"value\":\"" + second + "\"}]}";
        return Json.read(model.answer("", List.of(new Message(Role.USER, request))), JsonNode.class)
                .path("correct")
                .asBoolean();
    }

    @Test
    void ignoresQuestionsAndShortChatter() {
        List<MemoryAction> actions = decide(
                2_000, PLENTY, List.of(), event("e1", "What is Mira's favourite tea?"), event("e2", "Ok, thanks!"));

        assertThat(actions)
                .extracting(action -> ((IgnoreEvent) action).eventId())
                .containsExactly("e1", "e2");
    }

    @Test
    void updatesTheMemoryWhoseFactGotAnotherValue() {
        MemoryView old =
                memory("m1", "Mira's favourite tea is sencha.", 60_000, Fact.of("Mira", "favourite tea", "sencha"));
        MemoryView other =
                memory("m2", "Jon's favourite tea is oolong.", 50_000, Fact.of("Jon", "favourite tea", "oolong"));

        List<MemoryAction> actions = decide(
                2_000, PLENTY, List.of(other, old), event("e1", "Actually, Mira's favourite tea is now matcha."));

        UpdateMemory update = (UpdateMemory) actions.get(0);
        assertThat(update.memoryId()).isEqualTo("m1");
        assertThat(update.facts()).containsExactly(Fact.of("Mira", "favourite tea", "matcha"));
        assertThat(((IndexNow) actions.get(1)).memoryId()).isEqualTo("$0");
    }

    @Test
    void ignoresWhatIsAlreadyKnown() {
        MemoryView old =
                memory("m1", "Mira's favourite tea is sencha.", 60_000, Fact.of("Mira", "favourite tea", "sencha"));

        List<MemoryAction> actions = decide(
                2_000,
                PLENTY,
                List.of(old),
                event("e1", "Mira's favourite tea is sencha!"),
                event("e2", "By the way, Mira's favourite tea is Sencha."),
                event("e3", "The gate code of Block C is 4411."),
                event("e4", "The gate code for block c is 4411."));

        assertThat(actions.stream().filter(IgnoreEvent.class::isInstance)).hasSize(3);
        assertThat(actions.stream().filter(WriteMemory.class::isInstance)).hasSize(1);
    }

    @Test
    void makesOneMemoryOfAFactThatChangesWithinACall() {
        List<MemoryAction> actions = decide(
                2_000,
                PLENTY,
                List.of(),
                event("e1", "Mira lives in Lisbon with her cat."),
                event("e2", "Mira moved to Porto last week."));

        assertThat(actions).hasSize(2);
        WriteMemory write = (WriteMemory) actions.get(0);
        assertThat(write.sourceEventIds()).containsExactly("e1", "e2");
        assertThat(write.facts()).containsExactly(Fact.of("Mira", "lives in", "Porto last week"));
    }

    @Test
    void doesNotMixUpSubjectsThatShareAValue() {
        List<MemoryAction> actions = decide(
                2_000, PLENTY, List.of(), event("e1", "Mira is tired of tea."), event("e2", "Jon is tired of tea."));

        assertThat(actions.stream().filter(WriteMemory.class::isInstance)).hasSize(2);
    }

    @Test
    void speaksOfTheSpeakerWhereTheTextNamesOne() {
        List<MemoryAction> actions =
                decide(2_000, PLENTY, List.of(), event("e1", "Jon: Hey! My new office is in Harbour Street."));

        assertThat(((WriteMemory) actions.get(0)).facts())
                .containsExactly(Fact.of("Jon", "new office", "in Harbour Street"));
    }

    @Test
    void delaysIndexingWhenFewOperationsAreLeftUnlessUrgent() {
        Event urgent = new Event(
                "e2", "u1", Scope.USER, null, 0, null, "chat", "The alarm code is 7788 now.", Urgency.URGENT, Map.of());

        List<MemoryAction> actions = decide(
                2_000,
                Budget.of(20, 18),
                List.of(),
                event("e1", "The door code is 1234 now."),
                urgent,
                event("e3", "Jon's bike is a red one."));

        assertThat(actions.get(1)).isInstanceOf(DelayIndex.class);
        assertThat(actions.get(3)).isInstanceOf(IndexNow.class);
        assertThat(actions).as("no operation is left for the third").hasSize(5);
    }

    @Test
    void ignoresWhatDoesNotFitIntoStorage() {
        List<MemoryAction> actions = decide(0, PLENTY, List.of(), event("e1", "Mira's favourite tea is sencha."));

        assertThat(actions).singleElement().isInstanceOf(IgnoreEvent.class);
    }

    @Test
    void leavesAMemoryWhoseNewValueDoesNotFit() {
        MemoryView tea =
                memory("m1", "Mira's favourite tea is sencha.", 60_000, Fact.of("Mira", "favourite tea", "sencha"));

        List<MemoryAction> actions = decide(
                0, PLENTY, List.of(tea), event("e1", "Mira's favourite tea is now matcha, whisked with cold water."));

        assertThat(actions).singleElement().isInstanceOf(IgnoreEvent.class);
    }

    @Test
    void coversEveryEventOnceAndReferencesOnlyWhatItWrote() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            events.add(event(
                    "e" + i,
                    i % 3 == 0 ? "Really?" : "Device " + i + "'s serial number is " + i + ". " + "x ".repeat(i)));
        }

        List<MemoryAction> actions = decide(60, PLENTY, List.of(), events.toArray(Event[]::new));

        List<String> covered = new ArrayList<>();
        for (MemoryAction action : actions) {
            if (action instanceof WriteMemory write) {
                covered.addAll(write.sourceEventIds());
            } else if (action instanceof IgnoreEvent ignore) {
                covered.add(ignore.eventId());
            } else if (action instanceof IndexNow index) {
                int target = Integer.parseInt(index.memoryId().substring(1));
                assertThat(actions.get(target)).isInstanceOf(WriteMemory.class);
            }
        }
        assertThat(covered)
                .containsExactlyInAnyOrderElementsOf(
                        events.stream().map(Event::eventId).toList());
    }

    @Test
    void answersARepairRequestLikeTheFirst() {
        Message request = new Message(
                Role.USER, policyRequest(2_000, PLENTY, List.of(), event("e1", "The door code is 1234 now.")));

        String repaired = model.answer(
                "",
                List.of(
                        request,
                        new Message(Role.ASSISTANT, "{\"actions\":["),
                        new Message(Role.USER, "{\"errors\":[{\"pointer\":\"/\",\"message\":\"not JSON\"}]}")));

        assertThat(repaired).isEqualTo(model.answer("", List.of(request)));
        assertThat(Json.read(repaired, PolicyAnswer.class).actions()).isNotEmpty();
    }

    @Test
    void readsTheValueOfAMatchingFactAndCitesItsMemory() {
        Answer answer = read(
                "What is Mira's favourite tea?",
                "{\"ask_id\":\"a1\",\"subject\":\"Mira\",\"attribute\":\"favourite tea\"}",
                "{\"memory_id\":\"m2\",\"content\":\"Jon's favourite tea is oolong.\",\"facts\":[{\"subject\":\"Jon\",\"attribute\":\"favourite tea\",\"value\":\"oolong\"}]},"
                        + "{\"memory_id\":\"m1\",\"content\":\"Mira's favourite tea is sencha.\",\"facts\":[{\"subject\":\"Mira\",\"attribute\":\"favourite tea\",\"value\":\"sencha\"}]}");

        assertThat(answer.answers()).containsExactly(new Answer.AskAnswer("a1", "sencha", List.of("m1")));
        assertThat(answer.abstained()).isFalse();
    }

    @Test
    void readsTheBestSentenceWhereThereIsNoFact() {
        Answer answer = read(
                "When did Caroline visit the support group?",
                "{\"ask_id\":\"a1\",\"subject\":\"Caroline\"}",
                "{\"memory_id\":\"m1\",\"content\":\"Caroline: I went to the support group on 7 May. It was great.\",\"facts\":[]}");

        assertThat(answer.answers().get(0).value()).contains("7 May");
        assertThat(answer.answers().get(0).citations()).containsExactly("m1");
    }

    @Test
    void abstainsWhenNothingMatches() {
        Answer answer = read(
                "What is Mira's shoe size?",
                "{\"ask_id\":\"a1\",\"subject\":\"Mira\",\"attribute\":\"shoe size\"}",
                "{\"memory_id\":\"m1\",\"content\":\"Jon's favourite tea is oolong.\",\"facts\":[]}");

        assertThat(answer.abstained()).isTrue();
        assertThat(answer.answers()).isEmpty();
    }

    @Test
    void answersAnEmptyObjectToWhatItDoesNotKnow() {
        assertThat(model.answer("", List.of(new Message(Role.USER, "Tell me a {joke}."))))
                .isEqualTo("{}");
        assertThat(model.answer("", List.of())).isEqualTo("{}");
    }

    private List<MemoryAction> decide(long storageLeft, Budget indexing, List<MemoryView> memories, Event... events) {
        String request = policyRequest(storageLeft, indexing, memories, events);
        return Json.read(model.answer("You keep memory.", List.of(new Message(Role.USER, request))), PolicyAnswer.class)
                .actions();
    }

    private static String policyRequest(long storageLeft, Budget indexing, List<MemoryView> memories, Event... events) {
        return Json.write(new PolicyRequest(
                List.of(events),
                List.of(),
                memories,
                0,
                Budget.of(5_000, 100),
                Budget.of(2_000, 2_000 - storageLeft),
                indexing,
                List.of(),
                List.of()));
    }

    private Answer read(String question, String ask, String memories) {
        String request = "{\"question\":\"" + question + "\",\"asks\":[" + ask + "],\"memories\":[" + memories + "]}";
        return Json.read(model.answer("", List.of(new Message(Role.USER, request))), Answer.class);
    }

    private static Event event(String id, String text) {
        return new Event(id, "u1", Scope.USER, null, 0, null, "chat", text, Urgency.NORMAL, Map.of());
    }

    private static MemoryView memory(String id, String content, long ageMs, Fact... facts) {
        return new MemoryView(
                id,
                content,
                List.of(facts),
                Layer.FACT,
                TokenEstimator.tokens(content),
                ageMs,
                IndexState.REQUESTED,
                null,
                List.of("e0"));
    }
}

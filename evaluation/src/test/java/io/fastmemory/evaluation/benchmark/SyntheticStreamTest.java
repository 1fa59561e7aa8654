package io.fastmemory.evaluation.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.connectors.llm.ChatRequest.Message;
import io.fastmemory.connectors.llm.ChatRequest.Role;
import io.fastmemory.job.policy.reply.PolicyReply;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Event;
import io.fastmemory.model.Json;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.timeline.TimelineLine;
import io.fastmemory.model.timeline.TimelineParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticStreamTest {
    @TempDir
    Path folder;

    @Test
    void keepsTheEventsOfAnEntityFiveLatenciesApart() throws IOException {
        SyntheticStream stream = plan(Duration.ofMillis(300)).pacedStream();
        Map<String, Long> before = new HashMap<>();

        for (Event event : eventsOf(stream)) {
            Long earlier = before.put(event.entityId(), event.offsetMs());
            assertThat(earlier == null || event.offsetMs() - earlier >= 1_500)
                    .as("%s at %d after %s", event.eventId(), event.offsetMs(), earlier)
                    .isTrue();
        }

        assertThat(before).hasSize(20);
        assertThat(stream.shortestGapMillis()).isGreaterThanOrEqualTo(1_500);
    }

    @Test
    void putsAllEventsOfASaturatedStreamAtItsStart() throws IOException {
        List<Event> events = eventsOf(plan(Duration.ofMillis(300)).saturatedStream());

        assertThat(events).hasSize(20 * 200).allMatch(event -> event.offsetMs() == 0);
        assertThat(events.stream().map(Event::text)).doesNotHaveDuplicates();
    }

    @Test
    void isAnsweredByKeepingAndIndexingEveryEvent() throws IOException {
        List<Event> events = eventsOf(new SyntheticStream(3, 1, 10, 7));
        String request = Json.write(Map.of("events", events));

        String answer = new VerbatimModel(true).answer("", List.of(new Message(Role.USER, request)));

        var reply = PolicyReply.read(answer, events.stream().map(Event::eventId).toList());
        assertThat(reply.errors()).isEmpty();
        List<MemoryAction> actions = reply.value().actions();
        assertThat(actions).hasSize(6);
        assertThat(actions.get(4)).isInstanceOf(MemoryAction.WriteMemory.class);
        assertThat(((MemoryAction.WriteMemory) actions.get(4)).content())
                .isEqualTo(events.get(2).text());
        assertThat(((MemoryAction.IndexNow) actions.get(5)).memoryId()).isEqualTo("$4");
    }

    private WritePathBenchmark.Plan plan(Duration latency) {
        return new WritePathBenchmark.Plan(folder, latency, 20, 500, 200, false, 16, 2, 7, Map.of());
    }

    private List<Event> eventsOf(SyntheticStream stream) throws IOException {
        stream.writeTo(folder);
        List<Event> events = new ArrayList<>();
        long number = 0;
        for (String line : Files.readAllLines(folder.resolve(Dataset.STREAM_FILE))) {
            TimelineLine read = TimelineParser.parse(Dataset.STREAM_FILE, ++number, line);
            assertThat(read).isInstanceOf(TimelineLine.EventRead.class);
            events.add(((TimelineLine.EventRead) read).event());
        }
        return events;
    }
}

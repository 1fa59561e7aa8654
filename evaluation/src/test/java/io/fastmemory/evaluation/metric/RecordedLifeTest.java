package io.fastmemory.evaluation.metric;

import static io.fastmemory.evaluation.metric.RecordedRun.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.model.ActionResult;
import io.fastmemory.model.MemoryAction;
import io.fastmemory.model.RejectionCode;
import io.fastmemory.model.Urgency;
import io.fastmemory.model.scoring.CauseOfFailure;
import io.fastmemory.model.scoring.EvidenceLife;
import io.fastmemory.model.scoring.EvidenceLife.EventLife;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordedLifeTest {
    private final RecordedRun run = SmallRun.recorded("r1");

    @Test
    void knowsEventsWithTheMemoriesThatRestOnThem() {
        EventLife event = life().event("e1");

        assertThat(event.arrivalAt()).isEqualTo(RecordedRun.at(0));
        assertThat(event.decidedAt()).isEqualTo(RecordedRun.at(200));
        assertThat(event.memories()).singleElement().satisfies(memory -> {
            assertThat(memory.versions())
                    .extracting(version -> version.version())
                    .containsExactly(1, 2);
            assertThat(memory.index())
                    .extracting(EvidenceLife.IndexStep::visibleAt)
                    .containsExactly(RecordedRun.at(350), RecordedRun.at(1500));
        });
    }

    @Test
    void knowsNothingOfWhatWasNotRecorded() {
        assertThat(life().event("e9")).isEqualTo(EventLife.UNKNOWN);
        assertThat(life().memory("m9").versions()).isEmpty();
    }

    @Test
    void tellsIgnoredEventsFromThoseWhoseActionsWereRejected() {
        ActionResult done = new ActionResult(2, 0, "ignore_event", true, 10, 0, null, Map.of());
        run.event("e5", Urgency.NORMAL, 2000, 2005, 2200, 2)
                .event("e6", Urgency.NORMAL, 2000, 2005, 2300, 3)
                .add(RecordedRun.callLine(2, 2200, List.of(done), List.of("e5")))
                .add(RecordedRun.callLine(
                        3, 2300, List.of(RecordedRun.rejected(0, RejectionCode.FOREIGN_SOURCE)), List.of("e6")))
                .query(query("q9", "current", 9000).requires(SmallRun.RED, "e5").fails(CauseOfFailure.IGNORED));

        assertThat(life().event("e5").ignored()).isTrue();
        assertThat(life().event("e5").rejected()).isEmpty();
        assertThat(life().event("e6").ignored()).isFalse();
        assertThat(life().event("e6").rejected()).hasSize(1).first().isInstanceOf(MemoryAction.IgnoreEvent.class);
    }

    private EvidenceLife life() {
        return new RecordedLife(run.rollouts());
    }
}

package io.fastmemory.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final Steps STEPS = new Steps(10, 5);

    @Test
    void countsTheMostThatWaitedAtOnceInEachStep() {
        Backlog backlog = new Backlog();
        backlog.waits(1, 25);
        backlog.waits(12, 13);
        backlog.waits(14, 33);

        assertThat(backlog.most(STEPS)).containsExactly(0, 1, 2, 2, 1, 0);
    }

    @Test
    void doesNotCountOneThatCameAsAnotherLeft() {
        Backlog backlog = new Backlog();
        backlog.waits(5, 25);
        backlog.waits(25, 35);
        backlog.waits(28, 28);
        backlog.waits(29, 27);

        assertThat(backlog.most(STEPS)).containsExactly(0, 1, 1, 1, 1, 0);
    }

    @Test
    void keepsWhatWaitsBeyondTheEnd() {
        Backlog backlog = new Backlog();
        backlog.waits(-3, 900);

        assertThat(backlog.most(STEPS)).containsExactly(1, 1, 1, 1, 1, 1);
    }

    @Test
    void followsTheFullestEntity() {
        FullestEntity fullest = new FullestEntity();
        fullest.changes(5, "a", 10);
        fullest.changes(15, "b", 30);
        fullest.changes(35, "b", -25);

        assertThat(fullest.most(STEPS)).containsExactly(0, 10, 30, 30, 10, 10);
        assertThat(fullest.entities()).isEqualTo(2);
    }
}

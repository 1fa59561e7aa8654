package io.fastmemory.datagen.locomo;

import java.time.Duration;

/**
 * How conversations are laid out on the timeline.
 *
 * @param turnGap time between two turns of a session; at least 1 ms
 * @param sessionGap time between the last turn of a session and the first of the next; longer than {@code questionDelay}
 * @param questionDelay time between the last turn of a session and the first question after it; at least 1 ms
 * @param stagger by how much each conversation of the file starts after the one before; zero runs them side by side
 * @param turnTime the world's time between two turns, added to the date of their session
 * @param force whether a target folder that holds other files may be used; they stay
 */
public record LocomoOptions(
        Duration turnGap,
        Duration sessionGap,
        Duration questionDelay,
        Duration stagger,
        Duration turnTime,
        boolean force) {
    public LocomoOptions {
        require(turnGap.toMillis() >= 1, "turn gap must be at least 1 ms: " + turnGap);
        require(questionDelay.toMillis() >= 1, "question delay must be at least 1 ms: " + questionDelay);
        require(
                sessionGap.compareTo(questionDelay) > 0,
                "session gap must be longer than the question delay of " + questionDelay + ": " + sessionGap);
        require(!stagger.isNegative(), "stagger must not be negative: " + stagger);
        require(!turnTime.isNegative(), "turn time must not be negative: " + turnTime);
    }

    /** Turns every 2 s, 30 s between sessions, questions from 5 s after a session, side by side, 30 s of world time. */
    public static LocomoOptions defaults() {
        return new LocomoOptions(
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ZERO,
                Duration.ofSeconds(30),
                false);
    }

    /** The same with other gaps. */
    public LocomoOptions withGaps(Duration newTurnGap, Duration newSessionGap) {
        return new LocomoOptions(newTurnGap, newSessionGap, questionDelay, stagger, turnTime, force);
    }

    /** The same with another delay of questions. */
    public LocomoOptions withQuestionDelay(Duration newQuestionDelay) {
        return new LocomoOptions(turnGap, sessionGap, newQuestionDelay, stagger, turnTime, force);
    }

    /** The same with another stagger. */
    public LocomoOptions withStagger(Duration newStagger) {
        return new LocomoOptions(turnGap, sessionGap, questionDelay, newStagger, turnTime, force);
    }

    /** The same with another choice for folders that hold other files. */
    public LocomoOptions withForce(boolean newForce) {
        return new LocomoOptions(turnGap, sessionGap, questionDelay, stagger, turnTime, newForce);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}

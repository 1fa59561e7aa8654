package io.fastmemory.evaluation.judge;

/** Whether an answer before the judge is the run's own, or one whose truth is known because it was made up. */
public enum Control {
    /** What the run's reader answered. */
    NONE,
    /** The gold values themselves: right. */
    GOLD,
    /** The gold values, but for one that is a value no longer true: wrong. */
    WRONG_FORBIDDEN,
    /** The gold values, but for one that is another question's: wrong. */
    WRONG_OTHER;

    /** Whether it is wrong by construction. */
    public boolean wrong() {
        return this == WRONG_FORBIDDEN || this == WRONG_OTHER;
    }
}

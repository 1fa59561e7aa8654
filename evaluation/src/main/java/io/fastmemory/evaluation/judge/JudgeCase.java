package io.fastmemory.evaluation.judge;

import io.fastmemory.evaluation.judge.JudgeLine.Given;
import java.util.List;

/**
 * One answer to be put before the judge.
 *
 * @param answer the values, in the order of the asks; the answer's sentence is not shown, as controls have none
 * @param correct the deterministic verdict on these values
 */
record JudgeCase(JudgedQuery query, Control control, List<Given> answer, boolean correct) {}

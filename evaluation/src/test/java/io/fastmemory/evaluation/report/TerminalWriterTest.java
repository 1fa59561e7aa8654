package io.fastmemory.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TerminalWriterTest {
    private final StringWriter terminal = new StringWriter();
    private final PrintWriter out = TerminalWriter.to(terminal);

    @Test
    void showsWhatWouldSteerATerminalAsSigns() {
        out.print("\u001b[2J");
        out.print('\u0007');
        out.print("over\rwritten".toCharArray());
        out.printf("%s", "\u009b\u202e\u2066");

        assertThat(terminal).hasToString("␛[2J␇over␍written\ufffd\ufffd\ufffd");
    }

    @Test
    void lineEndsTabsAndAllOtherSignsPass() {
        out.print("a\tb\r\nc – ü 🚲\n");

        assertThat(terminal).hasToString("a\tb\r\nc – ü 🚲\n");
    }
}

package io.fastmemory.evaluation.cli;

import io.fastmemory.evaluation.training.CallChoice;
import io.fastmemory.evaluation.training.ChatExport;
import io.fastmemory.evaluation.training.ExportCounts;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fmw export-rollouts}: writes a run's policy calls as conversations with rewards, to train a policy from. */
@Command(
        name = "export-rollouts",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Writes the policy calls of an evaluated run as conversations with rewards, to train a model from:"
                        + " one JSON object a line, with messages, reward and metadata.")
final class ExportRolloutsCommand implements Callable<Integer> {
    private static final String CHAT_JSONL = "chat-jsonl";
    private static final String STANDARD_OUTPUT = "-";

    @Parameters(paramLabel = "RUN_DIR", description = "Folder of an evaluated run, such as results/latest.")
    private Path runDir;

    @Option(
            names = "--format",
            defaultValue = "chat-jsonl",
            paramLabel = "FORMAT",
            description = "chat-jsonl, the messages of chat completions (default: ${DEFAULT-VALUE}).")
    private String format;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write, or - for standard output (default: RUN_DIR/chat.jsonl).")
    private @Nullable String out;

    @Option(names = "--min-reward", paramLabel = "X", description = "Leave out calls that earned less.")
    private @Nullable Double minReward;

    @Option(
            names = "--include-invalid",
            description = "Also calls whose last answer was still invalid, so that their events were parked.")
    private boolean includeInvalid;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    ExportRolloutsCommand() {}

    @Override
    public Integer call() throws IOException {
        ChatExport export = new ChatExport(runDir, choice());
        String target = out == null ? runDir.resolve(ChatExport.FILE).toString() : out;
        ExportCounts counts =
                target.equals(STANDARD_OUTPUT) ? toStandardOutput(export) : export.writeTo(Path.of(target));
        PrintWriter err = spec.commandLine().getErr();
        err.println(counts);
        if (counts.mock()) {
            err.println("note: a stand-in gave these answers (mock); they are no material to train from");
        }
        if (!target.equals(STANDARD_OUTPUT)) {
            err.println("written: " + target);
        }
        err.flush();
        return 0;
    }

    private CallChoice choice() {
        if (!format.equals(CHAT_JSONL)) {
            throw new ParameterException(spec.commandLine(), "expected --format " + CHAT_JSONL + ": " + format);
        }
        try {
            return new CallChoice(includeInvalid, minReward);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--min-reward: " + e.getMessage(), e);
        }
    }

    private static ExportCounts toStandardOutput(ChatExport export) throws IOException {
        return export.writeTo(new BufferedOutputStream(new StandardOutput()));
    }

    /** Standard output that says so when nobody reads it any more, where the one of Java goes on silently. */
    private static final class StandardOutput extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            System.out.write(bytes, from, length);
            flush();
        }

        @Override
        public void flush() throws IOException {
            if (System.out.checkError()) {
                throw new IOException("expected to write to standard output: it is closed or full");
            }
        }
    }
}

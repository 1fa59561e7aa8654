package io.fastmemory.evaluation.cli;

import io.fastmemory.connectors.index.VectorIndexException;
import io.fastmemory.connectors.llm.LlmException;
import io.fastmemory.connectors.sqlite.StoreException;
import io.fastmemory.evaluation.report.TerminalText;
import io.fastmemory.evaluation.report.TerminalWriter;
import io.fastmemory.job.RunRecord;
import io.fastmemory.model.timeline.LineException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.runtime.client.JobExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code fmw}: runs the job, makes datasets, evaluates runs, and starts the local servers. */
@Command(
        name = "fmw",
        mixinStandardHelpOptions = true,
        versionProvider = Fmw.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Evaluates how quickly and accurately an LLM policy turns a live stream into searchable memory.",
        footer = {
            "",
            "Start with 'fmw run': the small dataset on embedded defaults, in under a minute.",
            "'fmw COMMAND --help' explains every option."
        })
public final class Fmw {
    /** In the order of the usage message. */
    private static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class,
            RedriveCommand.class,
            GenerateCommand.class,
            ImportCommand.class,
            InspectCommand.class,
            EvaluateCommand.class,
            JudgeCommand.class,
            ExportRolloutsCommand.class,
            CompareCommand.class,
            EvalSuiteCommand.class,
            BenchCommand.class,
            ChaosCommand.class,
            SoakCommand.class,
            IndexServerCommand.class,
            LlmStubCommand.class);

    private Fmw() {}

    /** Runs one command; the exit code is 0 on success, 1 when it failed, 2 when it was called wrongly. */
    public static void main(String[] arguments) {
        System.exit(commandLine(neededFor(arguments)).execute(arguments));
    }

    /** The command that is named, so that a short one need not wait for the options of all the others. */
    private static List<Class<?>> neededFor(String[] arguments) {
        return COMMANDS.stream()
                .filter(command -> arguments.length > 0
                        && command.getAnnotation(Command.class).name().equals(arguments[0]))
                .findFirst()
                .<List<Class<?>>>map(List::of)
                .orElse(COMMANDS);
    }

    static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    private static CommandLine commandLine(List<Class<?>> commands) {
        CommandLine line = new CommandLine(new Fmw());
        commands.forEach(line::addSubcommand);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setExecutionStrategy(Fmw::execute);
        line.setParameterExceptionHandler((wrong, given) -> explain(wrong));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            err.println(command.getColorScheme().errorText("fmw: " + TerminalText.lines(message(failure))));
            if (System.getenv("FMW_DEBUG") != null) {
                failure.printStackTrace(TerminalWriter.to(err));
            }
            err.flush();
            return 1;
        });
        return line;
    }

    /** Runs what was asked for; usage has its colours, and what a command prints cannot steer the terminal. */
    private static int execute(ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        CommandLine named =
                parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
        if (!named.getSubcommands().isEmpty()) { // it does nothing by itself but say what there is
            named.usage(named.getOut());
            return 0;
        }
        CommandLine fmw = parsed.asCommandLineList().get(0);
        PrintWriter out = fmw.getOut();
        PrintWriter err = fmw.getErr();
        fmw.setOut(TerminalWriter.to(out)).setErr(TerminalWriter.to(err));
        try {
            return new CommandLine.RunLast().execute(parsed);
        } finally {
            fmw.setOut(out).setErr(err);
        }
    }

    /** What was wrong, and where to read on; the whole usage would push it off the screen. */
    private static int explain(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(
                command.getColorScheme().errorText("fmw: " + TerminalText.lines(String.valueOf(wrong.getMessage()))));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** The sentence of a failure that says what to do; a bug's stack trace is printed with FMW_DEBUG set. */
    static String message(Throwable failure) {
        Throwable cause = failure;
        boolean ofTheJob = false;
        while (cause.getCause() != null && isWrapping(cause)) {
            ofTheJob |= cause instanceof JobExecutionException;
            cause = cause.getCause();
        }
        return (ofTheJob ? "the job failed: " : "") + sentence(cause);
    }

    private static String sentence(Throwable cause) {
        boolean expected = cause instanceof IllegalArgumentException
                || cause instanceof IOException
                || cause instanceof LlmException
                || cause instanceof VectorIndexException
                || cause instanceof StoreException
                || cause instanceof LineException;
        if (cause instanceof NoSuchFileException) {
            return "expected a file, found none: " + cause.getMessage(); // its message is the path alone
        }
        String text = cause.getMessage() == null ? "no message" : cause.getMessage();
        return expected ? text : cause.getClass().getSimpleName() + ": " + text + " (set FMW_DEBUG=1 for the trace)";
    }

    /** Whether a failure says no more than that there is another one behind it. */
    private static boolean isWrapping(Throwable failure) {
        return failure instanceof CompletionException
                || failure instanceof ExecutionException
                || failure instanceof UncheckedIOException
                || failure.getClass() == RuntimeException.class
                || failure.getClass() == Exception.class
                || failure.getClass().getName().startsWith("org.apache.flink.");
    }

    /** The version that the build wrote into the program. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            return new String[] {"fmw " + RunRecord.versions().getOrDefault("fmw", "of unknown version")};
        }
    }
}

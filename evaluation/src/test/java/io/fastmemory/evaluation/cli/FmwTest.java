package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.ReportedRun;
import io.fastmemory.job.RunRecord;
import io.fastmemory.model.Dataset;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class FmwTest {
    private static final Path TINY = Path.of("..", "docs", "examples", "tiny");

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void saysWhatThereIsWhenCalledWithoutACommand() {
        assertThat(fmw()).isZero();

        assertThat(out.toString()).contains("run", "generate", "import", "evaluate", "index-server", "llm-stub");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpMentionsEveryOptionAndWhatItIsFor(CommandLine command) {
        String help = command.getUsageMessage();

        assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
        assertThat(command.getCommandSpec().options()).isNotEmpty().allSatisfy(option -> {
            assertThat(help).contains(option.longestName());
            assertThat(option.description())
                    .as(option.longestName())
                    .isNotEmpty()
                    .noneMatch(String::isBlank);
        });
        assertThat(command.getCommandSpec().positionalParameters()).allSatisfy(parameter -> {
            assertThat(help).contains(parameter.paramLabel());
            assertThat(parameter.description()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpSucceeds(CommandLine command) {
        String path = command.getCommandSpec().qualifiedName().replaceFirst("^fmw ?", "");

        assertThat(fmw((path + " --help").strip().split(" "))).isZero();

        assertThat(out.toString()).contains(command.getUsageMessage());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theRunsHelpNamesEveryOptionOfTheCommandLine() {
        assertThat(new CommandLine(new RunCommand())
                        .getCommandSpec().options().stream().map(OptionSpec::longestName))
                .contains(
                        "--dataset",
                        "--policy",
                        "--llm",
                        "--index",
                        "--reader",
                        "--speed",
                        "--seed",
                        "--out",
                        "--storage-budget",
                        "--on-policy-failure",
                        "--option");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fly",
                "run --polcy llm",
                "run --llm gpt",
                "run --seed many",
                "run extra",
                "generate",
                "import locomo file.json",
                "evaluate",
                "compare",
                "compare one",
                "compare one other --resamples=3",
                "eval-suite",
                "eval-suite --out=target/none --seeds=5..1",
                "eval-suite --out=target/none --policies=llm,replay",
                "eval-suite --out=target/none --reader=replay",
                "eval-suite --out=target/none --speed=fast"
            })
    void wrongCallIsExitCodeTwo(String call) {
        assertThat(fmw(call.split(" "))).isEqualTo(2);

        assertThat(err.toString()).contains("--help");
    }

    @Test
    void unknownPolicyIsAWrongCallThatNamesThePolicies() {
        assertThat(run("--policy=clever")).isEqualTo(2);

        assertThat(err.toString()).contains("expected --policy llm, none, store-everything, oracle or replay: clever");
        assertThat(runDir()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "0x", "-1x", "NaN", ""})
    void badSpeedIsAWrongCallThatSaysWhatASpeedIs(String speed) {
        assertThat(run("--speed=" + speed)).isEqualTo(2);

        assertThat(err.toString()).contains("--speed: expected a speed");
        assertThat(runDir()).doesNotExist();
    }

    @Test
    void missingDatasetFolderIsNamed() {
        Path missing = directory.resolve("nowhere");

        assertThat(run("--dataset=" + missing)).isEqualTo(1);

        assertThat(err.toString())
                .contains("expected --dataset to be small, medium, long or a folder with dataset.json", "" + missing);
        assertThat(runDir()).doesNotExist();
    }

    @Test
    void folderWithoutADatasetIsNamed() {
        assertThat(run("--dataset=" + directory)).isEqualTo(1);

        assertThat(err.toString()).contains("found none: " + directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "ünï", "two words", "-x"})
    void folderThatNamesNoRunIsAWrongCall(String name) {
        Path folder = name.equals("/") ? Path.of("/") : directory.resolve(name);

        assertThat(fmw("run", "--out=" + folder)).isEqualTo(2);

        assertThat(err.toString()).contains("--out: expected a folder whose name, the run id, matches");
        assertThat(name.equals("/") || !Files.exists(folder)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fmw.policy.max-event-per-call=3", "fmw.retrieval.top-k=0", "fmw.source.speed=fast"})
    void wrongOptionFailsBeforeAnythingIsWritten(String option) {
        assertThat(run("--option=" + option)).isEqualTo(1);

        assertThat(err.toString()).contains(option.substring(0, option.indexOf('=')));
        assertThat(runDir()).doesNotExist();
    }

    @Test
    void settledQueriesWithAlignedCheckpointsFailBeforeAnythingIsWritten() {
        assertThat(fmw(
                        "run",
                        "--queries=settled",
                        "--option=execution.checkpointing.unaligned.enabled=false",
                        "--out=" + runDir()))
                .isEqualTo(1);

        assertThat(err.toString()).contains("execution.checkpointing.unaligned.enabled", "fmw.query.serving=settled");
        assertThat(runDir()).doesNotExist();
    }

    @Test
    void latencyNobodyUnderstandsFailsBeforeAnythingIsWritten() {
        assertThat(run("--llm-latency=soon")).isEqualTo(1);

        assertThat(err.toString()).contains("latency must look like");
        assertThat(runDir()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--llm=stub --option=fmw.llm.base-url=http://localhost:1/v1",
                "--llm=stub --option=fmw.llm.client=openai",
                "--llm=openai --option=fmw.llm.client=stub"
            })
    void labelOfTheModelCannotBeChangedByAnOption(String arguments) {
        List<String> call = new ArrayList<>(List.of("run", "--out=" + runDir()));
        call.addAll(List.of(arguments.split(" ")));

        assertThat(fmw(call.toArray(String[]::new))).isEqualTo(2);

        assertThat(err.toString()).contains("--option fmw.llm.").contains("contradicts --llm");
        assertThat(runDir()).doesNotExist();
    }

    @Test
    void descriptionThatCannotBeReadIsNamed() throws IOException {
        Path description = Files.writeString(directory.resolve("dataset.json"), "{ name");

        assertThat(run("--dataset=" + directory)).isEqualTo(1);

        assertThat(err.toString()).contains(description + " line 1");
        assertThat(runDir()).doesNotExist();
    }

    @Test
    void versionIsThatOfTheBuild() throws IOException {
        assertThat(fmw("--version")).isZero();

        assertThat(out.toString().strip())
                .isEqualTo("fmw " + RunRecord.versions().get("fmw"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"llm-stub", "index-server"})
    void serverNamesThePortThatIsTaken(String command) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(fmw(command, "--port=" + taken.getLocalPort())).isEqualTo(1);

            assertThat(err.toString()).contains("127.0.0.1 port " + taken.getLocalPort());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "llm-stub,0.0.0.0,LLM_STUB_API_KEY",
        "index-server,0.0.0.0,INDEX_SERVER_API_KEY",
        "index-server,::,INDEX_SERVER_API_KEY"
    })
    void serverOpensNoDoorToOtherMachinesWithoutAKey(String command, String address, String variable) {
        assertThat(fmw(command, "--port=0", "--bind=" + address)).isEqualTo(1);

        assertThat(err.toString()).contains(variable, address, "--allow-anonymous");
    }

    @ParameterizedTest
    @ValueSource(strings = {"llm-stub", "index-server"})
    void serverOpensItWhenToldTo(String command) throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) { // so that it ends
            assertThat(fmw(command, "--port=" + taken.getLocalPort(), "--bind=0.0.0.0", "--allow-anonymous"))
                    .isEqualTo(1);

            assertThat(err.toString()).contains("0.0.0.0 port " + taken.getLocalPort());
        }
    }

    @Test
    void wrongUsageSteersNoTerminal() {
        assertThat(fmw("run", "--speed=\u001b[2J\u009b31m\u202e", "--no\u0007such"))
                .isEqualTo(2);

        assertThat(err.toString()).doesNotContain("\u001b[2J", "\u009b", "\u202e", "\u0007");
    }

    @Test
    void datasetLineSteersNoTerminal() {
        Dataset dataset = new Dataset(
                "name\u001b[2J",
                "imported",
                null,
                Instant.EPOCH,
                "test",
                1,
                0,
                Map.of("left_out_\u0007\u202e", 1L),
                Map.of());
        StringWriter printed = new StringWriter();

        Datasets.print(dataset, Path.of("out\u009b31m"), new PrintWriter(printed));

        assertThat(printed.toString())
                .contains("name␛[2J: 1 events", "left_out_")
                .doesNotContain("\u001b", "\u0007", "\u202e", "\u009b");
    }

    @Test
    void failedJobIsToldByItsReason() {
        Throwable reason = new IllegalArgumentException("expected environment variable X to be set");
        Throwable failure = new CompletionException(
                new JobExecutionException(new JobID(), "Job execution failed.", new SuppressRestartsException(reason)));

        assertThat(Fmw.message(failure)).isEqualTo("the job failed: expected environment variable X to be set");
    }

    @Test
    void runIsNotWrittenOverAnother() throws IOException {
        Files.createDirectories(runDir().resolve("parts"));

        assertThat(run("--dataset=" + TINY)).isEqualTo(1);

        assertThat(err.toString()).contains("a run is there already: " + runDir());
    }

    @Test
    void datasetIsNotWrittenAmongOtherFilesUnlessForced() throws IOException {
        Files.writeString(directory.resolve("letter.txt"), "dear");

        assertThat(fmw("generate", "--out=" + directory)).isEqualTo(1);
        assertThat(err.toString()).contains("fmw: ").contains("" + directory);
        assertThat(fmw("generate", "--out=" + directory, "--force")).isZero();

        assertThat(directory.resolve("letter.txt")).hasContent("dear");
        assertThat(directory.resolve("dataset.json")).exists();
    }

    @Test
    void unknownModeIsNamed() {
        assertThat(fmw("generate", "--mode=huge", "--out=" + directory.resolve("data")))
                .isEqualTo(1);

        assertThat(err.toString()).contains("expected --mode small, medium or long: huge");
    }

    @Test
    void shapesAStreamByItsOptions() throws IOException {
        Path data = directory.resolve("data");

        assertThat(fmw(
                        "generate",
                        "--mode=medium",
                        "--events=600",
                        "--entities=20",
                        "--noise=60",
                        "--share=abstain=50,ladder=0",
                        "--skew=0.5",
                        "--distances=10,20",
                        "--out=" + data))
                .isZero();
        assertThat(out.toString()).startsWith("medium-seed-7-shaped-");
        out.getBuffer().setLength(0);
        assertThat(fmw("inspect", "" + data, "--json")).isZero();

        JsonNode found = Json.MAPPER.readTree(out.toString());
        assertThat(found.at("/events/count").asLong()).isEqualTo(600);
        assertThat(found.at("/queries/count").asLong()).isEqualTo(90);
        assertThat(found.at("/events/categories/noise").asLong()).isBetween(360L, 420L);
        assertThat(found.at("/queries/categories/abstain").asLong()).isBetween(35L, 50L);
        assertThat(found.at("/queries/categories/ladder").isMissingNode()).isTrue();
        assertThat(found.at("/sample_queries")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--mode=small --events=20|expected --mode medium or long where the shape is set: small",
                "--mode=medium --share=clever=3|expected --share of [abstain, correction, evidence,",
                "--mode=medium --events=10 --queries=9|queries must be 0 to a third of the events: 9",
                "--mode=medium --noise=101|noisePercent must be 0 to 100: 101"
            })
    void shapeThatCannotBeIsNamed(String call) {
        String[] parts = call.split("\\|");

        assertThat(fmw(("generate --out=" + directory.resolve("data") + " " + parts[0]).split(" ")))
                .isEqualTo(1);

        assertThat(err.toString()).contains(parts[1]);
        assertThat(directory.resolve("data/dataset.json")).doesNotExist();
    }

    @Test
    void inspectionIsTextForPeople() {
        assertThat(fmw("inspect", "" + TINY, "--samples=1")).isZero();

        assertThat(out.toString())
                .contains(
                        "as dataset.json says", "useful_fact", "entities", "timeline", "#####", "must be", "evidence ");
    }

    @Test
    void textsOfADatasetCannotSteerTheTerminal() throws IOException {
        Path data = Files.createDirectory(directory.resolve("steering"));
        for (String name : List.of("dataset.json", "stream.jsonl", "gold.jsonl")) {
            String text = Files.readString(TINY.resolve(name));
            Files.writeString(
                    data.resolve(name),
                    name.startsWith("stream")
                            ? text.replaceAll("\"text\":\\s*\"", "$0\\\\u001b]0;owned\\\\u0007\\\\u009b2J\\\\n")
                            : text);
        }

        assertThat(fmw("inspect", "" + data, "--samples=1")).isZero();

        assertThat(out.toString())
                .contains("\u241b]0;owned\u2407\ufffd2J\u240a")
                .doesNotContain("\u001b", "\u0007", "\u009b");
    }

    @Test
    void theJsonOfADatasetMeansTheSameAndCannotSteerTheTerminal() throws IOException {
        Path data = Files.createDirectory(directory.resolve("steering"));
        for (String name : List.of("dataset.json", "stream.jsonl", "gold.jsonl")) {
            Files.writeString(
                    data.resolve(name),
                    Files.readString(TINY.resolve(name)).replaceAll("\"text\":\\s*\"", "$0\u202e\u009b2J\u007f"));
        }

        assertThat(fmw("inspect", "" + data, "--samples=1", "--json")).isZero();

        assertThat(out.toString())
                .contains("\\u202e\\u009b2J\\u007f")
                .doesNotContain("\u202e", "\u009b", "\u007f", "\ufffd");
        assertThat(Json.MAPPER.readTree(out.toString()).toString()).contains("\u202e\u009b2J\u007f");
    }

    @Test
    void whatACommandPrintsSteersNoTerminal() throws IOException {
        Path run = Files.createDirectory(directory.resolve("run"));
        Path other = Files.createDirectory(directory.resolve("other"));
        ReportedRun.writeAs(run, "r1", "red");
        ReportedRun.writeAs(other, "r2", "red");
        Evaluator.evaluate(run);
        Evaluator.evaluate(other);

        assertThat(fmw("compare", "" + run, "" + other, "--csv=" + directory.resolve("a\u001b[2J\rb\u202e")))
                .as("" + err)
                .isZero();

        assertThat(out.toString()).contains("a␛[2J␍b\ufffd").doesNotContain("\u001b", "\r", "\u202e");
    }

    @Test
    void folderWithoutADatasetCannotBeInspected() {
        assertThat(fmw("inspect", "" + directory)).isEqualTo(1);

        assertThat(err.toString()).contains("expected a dataset folder with dataset.json: found none in " + directory);
    }

    @Test
    void importsOnesOwnEventsByAMapping() {
        Path own = Path.of("..", "docs", "examples", "own-events");

        assertThat(fmw(
                        "import",
                        "events",
                        "" + own.resolve("events.csv"),
                        "--mapping=" + own.resolve("mapping.json"),
                        "--queries=" + own.resolve("questions.csv"),
                        "--out=" + directory.resolve("own")))
                .isZero();

        assertThat(out.toString()).contains("events: 5 events, 4 queries", "query_question");
        assertThat(out.toString()).doesNotContain("note:");
    }

    @Test
    void folderWithoutARunCannotBeEvaluated() {
        assertThat(fmw("evaluate", "" + directory)).isEqualTo(1);

        assertThat(err.toString()).contains("" + directory).contains("expected the rollouts of a run");
    }

    @Test
    void folderWithoutARunCannotBeCompared() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));

        assertThat(fmw("compare", "" + directory, "" + other)).isEqualTo(1);

        assertThat(err.toString())
                .contains("expected the file of an evaluated run, found none: run 'fmw evaluate " + directory);
    }

    @Test
    void runsThatCannotStandBesideAnotherAreRefusedBeforeAnythingIsWritten() throws IOException {
        Path run = Files.createDirectory(directory.resolve("run"));
        Path other = Files.createDirectory(directory.resolve("other"));
        ReportedRun.writeAs(run, "r1", "red");
        ReportedRun.writeAs(other, "r2", "red");
        Path rollouts = other.resolve("raw_rollouts.jsonl");
        Files.writeString(rollouts, Files.readString(rollouts).replace("ab12", "feed"));
        Evaluator.evaluate(other);
        List<String> before = names(run);

        for (Path beside : List.of(directory.resolve("nowhere"), directory, run, other)) {
            assertThat(fmw("evaluate", "" + run, "--beside", "" + beside))
                    .as("" + beside)
                    .isEqualTo(1);

            assertThat(names(run)).isEqualTo(before);
        }
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .contains(directory.resolve("nowhere") + ": expected the folder of a run, found none")
                .contains("found none: run 'fmw evaluate " + directory + "' first")
                .contains("expected different runs, found one twice: " + run)
                .contains("expected runs of one dataset: ", "with sha256 ab12", "with sha256 feed");
    }

    @Test
    void runsOfTheSameDatasetStandBesideTheOneEvaluated() throws IOException {
        Path run = Files.createDirectory(directory.resolve("run"));
        Path other = Files.createDirectory(directory.resolve("other"));
        ReportedRun.writeAs(run, "r1", "red");
        ReportedRun.writeAs(other, "r2", "red");
        Evaluator.evaluate(other);

        assertThat(fmw("evaluate", "" + run, "--beside", "" + other))
                .as("" + err)
                .isZero();

        assertThat(run.resolve("report.html")).content().contains("side by side</h2>");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--option=fmw.retrieval.top-k=0", "--llm-latency=soon", "--dataset=nowhere"})
    void wrongOptionOfASuiteFailsBeforeAnythingIsWritten(String option) {
        assertThat(fmw("eval-suite", "--out=" + runDir(), option)).isEqualTo(1);

        assertThat(err.toString()).containsAnyOf("fmw.retrieval.top-k", "latency must look like", "nowhere");
        assertThat(runDir()).doesNotExist();
    }

    @Test
    void missingFileCannotBeImported() {
        assertThat(fmw("import", "locomo", "nowhere.json", "--out=" + directory.resolve("data")))
                .isEqualTo(1);

        assertThat(err.toString()).contains("expected").contains("nowhere.json");
    }

    static Stream<CommandLine> commands() {
        return withSubcommands(Fmw.commandLine());
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(FmwTest::withSubcommands));
    }

    private Path runDir() {
        return directory.resolve("run");
    }

    private int run(String option) {
        return fmw("run", option, "--out=" + runDir());
    }

    private int fmw(String... arguments) {
        return Fmw.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}

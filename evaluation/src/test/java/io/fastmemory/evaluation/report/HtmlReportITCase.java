package io.fastmemory.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastmemory.evaluation.metric.Comparer;
import io.fastmemory.evaluation.metric.Evaluator;
import io.fastmemory.evaluation.metric.ReportedRun;
import io.fastmemory.model.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens a report in a browser; skipped, with a message, where none is on the PATH and FMW_BROWSER is not "required". */
class HtmlReportITCase {
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome");

    private static final Path HOSTILE_TEXTS = Path.of("..", "job", "src", "test", "resources", "hostile-texts.jsonl");

    private static final Pattern POINTS = Pattern.compile("<canvas[^>]* data-points=\"(\\d+)\"");

    @TempDir
    Path run;

    @Test
    void drawsEverySectionUnderItsOwnPolicyAndRunsNothingOfAnEvent() throws Exception {
        Optional<Path> browser = browser();
        if ("required".equals(System.getenv("FMW_BROWSER"))) {
            assertThat(browser).as("a browser on the PATH, one of " + BROWSERS).isPresent();
        }
        assumeTrue(browser.isPresent(), "no browser on the PATH (looked for " + BROWSERS + "): the page is not opened");
        ReportedRun.write(run, "</script><img src=x onerror=\"document.title='attacked'\"><b>bold</b>");
        HtmlReport.write(run, Evaluator.evaluate(run));

        String page = opened(browser.get());

        assertThat(page)
                .contains("data-ready=\"true\"", "<title>Run r1</title>", "5 queries</p>", "time to useful memory");
        assertThat(page.split("<canvas", -1))
                .as("parts of the page around six charts")
                .hasSize(7);
        assertThat(POINTS.matcher(page).results().map(points -> Integer.parseInt(points.group(1))))
                .as("bars and points that each chart has laid out on its canvas")
                .hasSize(6)
                .allMatch(points -> points > 0);
        assertThat(page).doesNotContain("<img", "<b>bold");
    }

    /** A page for each text, because a long one is cut. */
    @Test
    void runsNothingOfTheHostileTextsThatHoldScript() throws Exception {
        Optional<Path> browser = browser();
        assumeTrue(browser.isPresent(), "no browser on the PATH (looked for " + BROWSERS + "): the page is not opened");
        List<String> texts = Files.readAllLines(HOSTILE_TEXTS).stream()
                .map(line -> Json.read(line, String.class))
                .filter(text -> text.contains("document.title='attacked'"))
                .toList();
        assertThat(texts).hasSize(3);
        for (String text : texts) {
            ReportedRun.write(run, text);
            HtmlReport.write(run, Evaluator.evaluate(run));

            String page = opened(browser.get(), "#search=q1");

            assertThat(page)
                    .contains("data-ready=\"true\"", "<title>Run r1</title>", "<details class=\"query\" open")
                    .contains("document.title='attacked'") // as text
                    .doesNotContain("<img", "href=\"javascript:", "track.png\"");
            assertThat(page.split("<script", -1))
                    .as("parts of the page around its own scripts")
                    .hasSize(Files.readString(run.resolve(HtmlReport.FILE)).split("<script", -1).length);
        }
    }

    @Test
    void findsAQueryAndOpensItsStory() throws Exception {
        Optional<Path> browser = browser();
        assumeTrue(browser.isPresent(), "no browser on the PATH (looked for " + BROWSERS + "): the page is not opened");
        ReportedRun.write(run, "red");
        HtmlReport.write(run, Evaluator.evaluate(run));

        String page = opened(browser.get(), "#search=q1");

        assertThat(page).contains("1 query</p>");
        assertThat(page.split("<details class=\"query\" open", -1))
                .as("parts around one open query")
                .hasSize(2);
        assertThat(page)
                .contains(
                        "class=\"story\"", "Its evidence, and what became of it</h3>", "Retrieved</h3>", "Judged</h3>");
    }

    @Test
    void drawsOtherRunsBesideAndListsThemInTables() throws Exception {
        Optional<Path> browser = browser();
        assumeTrue(browser.isPresent(), "no browser on the PATH (looked for " + BROWSERS + "): the page is not opened");
        Path other = Files.createDirectory(run.resolve("other"));
        ReportedRun.writeAs(other, "r2", "red");
        Evaluator.evaluate(other);
        ReportedRun.write(run, "red");
        HtmlReport.write(run, Evaluator.evaluate(run), Comparer.compare(List.of(run, other), 100, 7));

        String page = opened(browser.get());

        assertThat(page)
                .contains("data-ready=\"true\"", "Policies side by side</h2>", "r1 (this run)</th>")
                .contains("aria-label=\"Differences to this run\"", "<th scope=\"row\">r2</th>", ">0.0 pp");
        assertThat(page.split("<canvas", -1))
                .as("parts of the page around seven charts")
                .hasSize(8);
    }

    private String opened(Path browser) throws IOException, InterruptedException {
        return opened(browser, "");
    }

    /** The page as the browser has it when its scripts have run, which must say nothing on the console. */
    private String opened(Path browser, String fragment) throws IOException, InterruptedException {
        Path log = run.resolve("browser.log");
        Path dom = run.resolve("dom.html");
        Process process = new ProcessBuilder(
                        browser.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + run.resolve("browser"),
                        "--virtual-time-budget=10000",
                        "--enable-logging=stderr",
                        "--dump-dom",
                        run.resolve(HtmlReport.FILE).toUri() + fragment)
                .redirectError(log.toFile())
                .redirectOutput(dom.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("browser ended within a minute")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readAllLines(log, StandardCharsets.ISO_8859_1))
                .as("the browser's console")
                .noneMatch(line -> line.contains("CONSOLE"));
        return Files.readString(dom);
    }

    private static Optional<Path> browser() {
        String path = System.getenv("PATH");
        return BROWSERS.stream()
                .flatMap(name -> places(path, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Stream<Path> places(String path, String name) {
        return Arrays.stream((path == null ? "" : path).split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name));
    }

    @Test
    void saysOfASettledRunThatItsTimesSayNothing() throws Exception {
        Optional<Path> browser = browser();
        assumeTrue(browser.isPresent(), "no browser on the PATH (looked for " + BROWSERS + "): the page is not opened");
        ReportedRun.write(run, "red");
        HtmlReport.write(run, Evaluator.evaluate(run));
        assertThat(opened(browser.get())).contains("<p id=\"times\" class=\"notice\" hidden=\"\"></p>");

        rewrite("\"queries\":\"arrival\"", "\"queries\":\"settled\"");
        HtmlReport.write(run, Evaluator.evaluate(run));
        assertThat(opened(browser.get())).contains("<p id=\"times\" class=\"notice\">SETTLED: ");

        rewrite("\"queries\":\"settled\"", "\"queries\":\"arrival\"");
        rewrite("\"speed\":1.0", "\"speed\":0.0");
        HtmlReport.write(run, Evaluator.evaluate(run));
        assertThat(opened(browser.get())).contains("<p id=\"times\" class=\"notice\">THROUGHPUT ONLY: ");
    }

    @Test
    void labelsTheAxisOfTimesBetweenPowersOfTenAndLetsKeysScrollTables() throws Exception {
        Optional<Path> browser = browser();
        assumeTrue(browser.isPresent(), "no browser on the PATH (looked for " + BROWSERS + "): the page is not opened");
        ReportedRun.write(run, "red");
        HtmlReport.write(run, Evaluator.evaluate(run));

        String page = opened(browser.get());

        assertThat(page).containsPattern("data-axis=\"[^\"]*\\b(2|20|200) ms [^\"]*\\b(5|50|500) ms[^\"]*\\b1 s");
        assertThat(page.split("<div class=\"scroll\"", -1).length)
                .isEqualTo(page.split("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"[^\"]+\">", -1)
                        .length)
                .isGreaterThan(4);
    }

    private void rewrite(String text, String other) throws IOException {
        Path file = run.resolve("raw_rollouts.jsonl");
        String lines = Files.readString(file);
        assertThat(lines).contains(text);
        Files.writeString(file, lines.replace(text, other));
    }
}

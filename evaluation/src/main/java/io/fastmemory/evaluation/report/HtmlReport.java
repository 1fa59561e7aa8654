package io.fastmemory.evaluation.report;

import io.fastmemory.evaluation.metric.Comparison;
import io.fastmemory.evaluation.metric.EvalSummary;
import io.fastmemory.evaluation.metric.ResultFile;
import io.fastmemory.evaluation.metric.Rollouts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code report.html}: the run for people, one self-contained page that asks nothing of the network.
 *
 * <p>The page may run exactly the two scripts and use the one style sheet in it, which its content security policy names
 * by their hashes; what a run recorded stands in a data block, which the page shows as text. The same summary and rollouts
 * give the same bytes.
 */
public final class HtmlReport {
    /** Name of the file in a run's folder. */
    public static final String FILE = "report.html";

    private static final String CHART_PROPERTIES = "/META-INF/maven/org.webjars.npm/chart.js/pom.properties";
    private static final String CHART = "/META-INF/resources/webjars/chart.js/%s/dist/chart.umd.min.js";

    private HtmlReport() {}

    /**
     * Writes the page of an evaluated run.
     *
     * @param summary of the run, as computed from the rollouts in {@code runDir}
     * @return where it stands
     * @throws io.fastmemory.evaluation.metric.InvalidRolloutException if the rollouts cannot be read
     */
    public static Path write(Path runDir, EvalSummary summary) throws IOException {
        return write(runDir, summary, null);
    }

    /**
     * Writes the page with other runs beside the run, which is the first of the comparison; without any if it is {@code
     * null}.
     */
    public static Path write(Path runDir, EvalSummary summary, @Nullable Comparison comparison) throws IOException {
        Path target = runDir.resolve(FILE);
        String page = render(ReportData.of(summary, runDir.resolve(Rollouts.FILE), comparison));
        ResultFile.replace(
                target, page.getBytes(StandardCharsets.UTF_8)); // half a surrogate pair becomes '?', no error
        return target;
    }

    /** The text of the page. */
    static String render(ReportData data) throws IOException {
        String style = inlined("report.css");
        String chart = inlined(CHART.formatted(chartVersion()));
        String script = inlined("report.js");
        String policy = "default-src 'none'; script-src " + hash(chart) + " " + hash(script) + "; style-src "
                + hash(style) + "; base-uri 'none'; form-action 'none'";
        return resource("report.html")
                .replace("{{beside}}", data.beside() == null ? "" : resource("beside.html"))
                .replace("{{policy}}", policy)
                .replace("{{style}}", style)
                .replace("{{chart}}", chart)
                .replace("{{script}}", script)
                .replace("{{data}}", data.json()); // last: nothing that was recorded is looked at for places to fill
    }

    /** A resource as it can stand inside an element; a source map would be asked for and is not there. */
    private static String inlined(String name) throws IOException {
        String text = resource(name)
                .lines()
                .filter(line -> !line.startsWith("//# sourceMappingURL="))
                .collect(Collectors.joining("\n", "\n", "\n"));
        if (text.contains("</script") || text.contains("</style") || text.contains("<!--")) {
            throw new IllegalStateException("expected a resource without end tags and comments: " + name);
        }
        return text;
    }

    private static String chartVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = open(CHART_PROPERTIES)) {
            properties.load(in);
        }
        return properties.getProperty("version", "");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream open(String name) {
        InputStream in = HtmlReport.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("expected " + name + " on the class path, found none: build again");
        }
        return in;
    }

    /** How a content security policy names an element by its text. */
    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

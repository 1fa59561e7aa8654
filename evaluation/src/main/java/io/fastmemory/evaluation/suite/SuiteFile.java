package io.fastmemory.evaluation.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fastmemory.evaluation.metric.RequiredFields;
import io.fastmemory.evaluation.metric.ResultFile;
import io.fastmemory.job.JobOptions.PolicyType;
import io.fastmemory.job.source.Speed;
import io.fastmemory.model.Ids;
import io.fastmemory.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code suite.json}: what a suite is made of.
 *
 * @param seeds rising
 * @param policies in the order they were first named
 */
public record SuiteFile(SuiteSettings settings, List<Long> seeds, List<String> policies) {
    /** Name of the file in a suite's folder. */
    public static final String FILE = "suite.json";

    public SuiteFile {
        seeds = List.copyOf(new TreeSet<>(seeds));
        policies = List.copyOf(new LinkedHashSet<>(policies));
    }

    /**
     * Adds seeds and policies to the suite in a folder, or begins it; the caller holds the suite's lock.
     *
     * @return the suite with all its seeds and policies
     * @throws IllegalArgumentException naming each field of the settings that is not as the suite was begun with
     */
    public static SuiteFile join(Path suiteDir, SuiteFile asked) throws IOException {
        Path file = suiteDir.resolve(FILE);
        SuiteFile joined = Files.exists(file) ? read(file).with(asked, file) : asked;
        ResultFile.replace(file, ResultFile.json(joined));
        return joined;
    }

    /**
     * Reads the file.
     *
     * @throws IOException naming the file and the field, if a setting is missing, or a name could not be in a suite
     */
    public static SuiteFile read(Path file) throws IOException {
        byte[] text = Files.readAllBytes(file);
        try {
            String absent = RequiredFields.absent(Json.MAPPER.readTree(text), SuiteFile.class);
            if (absent != null) {
                throw new IOException(
                        file + ": expected the settings of a suite, found no " + absent + "; choose another --out");
            }
            SuiteFile suite = Json.MAPPER.readValue(text, SuiteFile.class);
            suite.check();
            return suite;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + ": expected the settings of a suite, found " + e.getOriginalMessage()
                            + "; choose another --out",
                    e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage() + "; choose another --out", e);
        }
    }

    /** The policy of a name, or {@code null} if none of that name can be in a suite. */
    public static @Nullable PolicyType policy(String name) {
        for (PolicyType type : PolicyType.values()) {
            if (type.toString().equals(name) && type != PolicyType.REPLAY) {
                return type;
            }
        }
        return null;
    }

    /** Policies and the dataset are parts of the names of folders, which must not lead out of the suite's. */
    private void check() {
        for (int i = 0; i < policies.size(); i++) {
            if (policy(policies.get(i)) == null) {
                throw new IllegalArgumentException("/policies/" + i
                        + ": expected one of none, store-everything, llm and" + " oracle, found " + policies.get(i));
            }
        }
        if (!Ids.isValid(new SuiteRun(PolicyType.NONE.toString(), settings.dataset(), 0).runId())) {
            throw new IllegalArgumentException(
                    "/settings/dataset: expected a name that can stand in a run id, found " + settings.dataset());
        }
        try {
            Speed.parse(settings.speed());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("/settings/speed: " + e.getMessage(), e);
        }
    }

    private SuiteFile with(SuiteFile asked, Path file) {
        List<String> differences = new ArrayList<>();
        compare("", Json.MAPPER.valueToTree(settings), Json.MAPPER.valueToTree(asked.settings), differences);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(file + ": " + String.join("; ", differences)
                    + ". A suite keeps its settings; seeds and policies may be added. Choose another --out");
        }
        List<Long> allSeeds = new ArrayList<>(seeds);
        allSeeds.addAll(asked.seeds);
        List<String> allPolicies = new ArrayList<>(policies);
        allPolicies.addAll(asked.policies);
        return new SuiteFile(settings, allSeeds, allPolicies);
    }

    private static void compare(String path, JsonNode expected, JsonNode found, List<String> differences) {
        if (expected.isObject() && found.isObject()) {
            Set<String> names = new LinkedHashSet<>();
            expected.fieldNames().forEachRemaining(names::add);
            found.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                compare(path.isEmpty() ? name : path + "/" + name, expected.path(name), found.path(name), differences);
            }
        } else if (!written(expected).equals(written(found))) {
            differences.add("expected " + path + " " + written(expected) + ", found " + written(found));
        }
    }

    private static String written(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? "not set" : value.toString();
    }
}

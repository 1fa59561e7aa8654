package io.fastmemory.evaluation.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastmemory.evaluation.suite.NamedLocks;
import io.fastmemory.job.MemoryWriteJob;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A redrive that finds nothing to decide: one before it was ended before it had recorded what store and index hold. */
class RedriveCommandITCase {
    private static final Path DATASET = Path.of("..", "docs", "examples", "tiny");

    @TempDir
    private Path directory;

    @Test
    void recordsWhatStoreAndIndexHoldWhenNothingIsLeftToDecide() throws Exception {
        Path runDir = directory.resolve("run");
        fmw(
                "run",
                "--dataset=" + DATASET.toRealPath(),
                "--llm=stub",
                "--reader=oracle",
                "--index=local",
                "--speed=max",
                "--llm-latency=0ms",
                "--option=fmw.embedding.type=hashed",
                "--out=" + runDir);
        Path digests = digests(runDir);
        String recorded = Files.readString(digests);
        assertThat(recorded).contains("store_digest").contains("index_digest");
        Files.delete(digests);

        String printed = fmw("redrive", runDir.toString());

        assertThat(printed).contains("nothing to redrive");
        assertThat(digests(runDir)).hasContent(recorded);
    }

    @Test
    void isRefusedWhileAnotherRedriveOfTheRunIsAtWork() throws Exception {
        Path runDir = Files.createDirectory(directory.resolve("run")).toRealPath();
        StringWriter told = new StringWriter();
        try (NamedLocks.Claim other = new NamedLocks(runDir).tryClaim("redrive").orElseThrow()) {
            int code = Fmw.commandLine().setErr(new PrintWriter(told, true)).execute("redrive", runDir.toString());

            assertThat(code).isNotZero();
        }
        assertThat(told.toString()).contains("expected no other redrive of this run at work", "redrive.lock");
    }

    private static Path digests(Path runDir) throws Exception {
        try (Stream<Path> parts = Files.walk(runDir.resolve(MemoryWriteJob.PARTS))) {
            return parts.filter(path -> path.endsWith("digests.jsonl"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String fmw(String... arguments) {
        StringWriter printed = new StringWriter();
        int code = Fmw.commandLine().setOut(new PrintWriter(printed, true)).execute(arguments);
        assertThat(code).as(printed.toString()).isZero();
        return printed.toString();
    }
}

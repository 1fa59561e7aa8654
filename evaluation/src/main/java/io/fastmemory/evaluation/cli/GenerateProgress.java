package io.fastmemory.evaluation.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Says on a terminal with a bar, and elsewhere with a line now and then, how much of a dataset is written. */
final class GenerateProgress implements LongConsumer, AutoCloseable {
    private static final int WIDTH = 40;
    private static final long NANOS_BETWEEN_LINES = 5_000_000_000L;
    private static final long NANOS_BETWEEN_BARS = 100_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private final long all;
    private final LongSupplier nanos;
    private final long startedAt;
    private long shownAt;
    private boolean barShown;

    GenerateProgress(PrintStream out, boolean terminal, long all, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.all = all;
        this.nanos = nanos;
        this.startedAt = nanos.getAsLong();
        this.shownAt = startedAt;
    }

    static GenerateProgress toStandardError(long all) {
        return new GenerateProgress(System.err, standardErrorIsTerminal(), all, System::nanoTime);
    }

    /** Java knows only of a console on both ends; Linux says more. */
    private static boolean standardErrorIsTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
    }

    @Override
    public void accept(long done) {
        long now = nanos.getAsLong();
        if (now - shownAt < (terminal ? NANOS_BETWEEN_BARS : NANOS_BETWEEN_LINES)) {
            return;
        }
        shownAt = now;
        long percent = done * 100 / all;
        String figures = String.format(
                Locale.ROOT, "%3d %%  %,d of %,d events, %,d/s", percent, done, all, perSecond(done, now));
        if (terminal) {
            int filled = (int) (WIDTH * done / all);
            out.print("\r[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + figures + "  ");
            out.flush();
            barShown = true;
        } else {
            out.println("fmw generate: " + figures.strip());
        }
    }

    /** How long all of it took, and events per second of that time. */
    String rate() {
        long now = nanos.getAsLong();
        return String.format(
                Locale.ROOT, "written in %.1f s, %,d events/s", (now - startedAt) / 1e9, perSecond(all, now));
    }

    private long perSecond(long done, long now) {
        return Math.round(done / Math.max(1e-9, (now - startedAt) / 1e9));
    }

    /** Takes the bar away. */
    @Override
    public void close() {
        if (barShown) {
            out.print("\r" + " ".repeat(WIDTH * 2 + 20) + "\r");
            out.flush();
            barShown = false;
        }
    }
}

package io.fastmemory.connectors.llm;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** Collects what is logged while it is open, from DEBUG on. */
public final class LogCapture extends AbstractAppender implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LogManager.getRootLogger();
    private final Level before = root.getLevel();

    private LogCapture() {
        super("capture", null, null, false, Property.EMPTY_ARRAY);
    }

    /** Starts collecting. */
    public static LogCapture open() {
        LogCapture capture = new LogCapture();
        capture.attach();
        return capture;
    }

    /** Everything logged so far, one text per event with its level. */
    public List<String> lines() {
        return lines;
    }

    /** What was logged at WARN. */
    public List<String> warnings() {
        return lines.stream().filter(line -> line.startsWith("WARN")).toList();
    }

    @Override
    public void append(LogEvent event) {
        String thrown = event.getThrown() == null ? "" : " " + event.getThrown();
        lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage() + thrown);
    }

    @Override
    public void close() {
        root.removeAppender(this);
        Configurator.setRootLevel(before);
        stop();
    }

    private void attach() {
        super.start();
        root.addAppender(this);
        Configurator.setRootLevel(Level.DEBUG);
    }
}

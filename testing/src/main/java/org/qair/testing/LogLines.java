package org.qair.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.LoggerFactory;

/** What is said in the log, from level INFO on, while this is open. Safe for use by many threads. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Logger logger;

    private LogLines(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
    }

    /** By one class. */
    public static LogLines of(Class<?> said) {
        LogLines opened = new LogLines(said.getName());
        opened.logger.setLevel(Level.INFO);
        return opened.open();
    }

    /** By all, at the levels that the tests have set. */
    public static LogLines ofAll() {
        return new LogLines(org.slf4j.Logger.ROOT_LOGGER_NAME).open();
    }

    private LogLines open() {
        setContext(logger.getLoggerContext());
        start();
        logger.addAppender(this);
        return this;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
            lines.add(event.getFormattedMessage());
        }
    }

    /** The lines that nobody has awaited. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Waits, as long as the test may, for the next line that has that text; those before it are forgotten. */
    public String await(String text) throws InterruptedException {
        String line = lines.take();
        while (!line.contains(text)) {
            line = lines.take();
        }
        return line;
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}

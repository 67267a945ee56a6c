package org.qair.registry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.LoggerFactory;

/** What the code of one package says in the log while this is open. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Logger logger;

    public LogLines(Class<?> said) {
        logger = (Logger) LoggerFactory.getLogger(said);
        setContext(logger.getLoggerContext());
        start();
        logger.setLevel(Level.INFO);
        logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getFormattedMessage());
    }

    /** Waits for the next line that has that text. */
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

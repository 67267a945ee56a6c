package org.qair.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** A command that runs until its process is told to end. */
final class Daemon {
    private Daemon() {}

    /** Its log goes to stderr from the first thing that it does, unless QAIR_LOG says how much of it. */
    static void log() {
        if (System.getenv("QAIR_LOG") == null) {
            ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.INFO);
        }
    }

    /** Says that it is ready, and waits; what runs is closed when the process is told to end. */
    static int run(AutoCloseable running, String readyLine, PrintWriter out) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(running)));
        out.println(readyLine);
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }

    /** Being asked to end is no failure: without this the exit code would be the signal's. */
    private static void stop(AutoCloseable running) {
        try (running) {
            LoggerFactory.getLogger(Daemon.class).debug("asked to end");
        } catch (Exception left) {
            LoggerFactory.getLogger(Daemon.class).warn("{}", left.getMessage());
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}

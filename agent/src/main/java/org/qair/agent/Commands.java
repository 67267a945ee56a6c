package org.qair.agent;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.qair.protocol.Message;
import org.qair.protocol.VchanAddress;

/** What the host has told the agent to run: each in a virtual thread of its own. Safe for use by many threads. */
final class Commands {
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final AgentSettings settings;
    private final CommandParser parser;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final Map<VchanAddress, Thread> holders = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    Commands(AgentSettings settings) {
        this.settings = settings;
        this.parser = new CommandParser(settings.services());
    }

    /** Runs a command with its streams on a data channel. */
    void run(Message.ExecCommandLine message, HostLink host) {
        Optional<VchanAddress> ending = EndCall.of(message.uncheckedCommand());
        PortRelease port = new PortRelease(host, message.address(), holders);
        if (ending.isPresent()) {
            boolean ended = end(ending.get());
            start(message.address(), port, () -> EndCall.answer(settings, message.address(), ended));
            return;
        }
        serve(message.address(), port, () -> new CommandRun(new Command(parser, message.uncheckedCommand()), port));
    }

    /** Starts a command with its streams on nothing. */
    void start(Message.JustExec message, HostLink host) {
        PortRelease port = new PortRelease(host, message.address(), holders);
        serve(message.address(), port, () -> new CommandStart(new Command(parser, message.uncheckedCommand()), port));
    }

    /** Files are looked up in the command's own thread, not in the one that serves the host. */
    private void serve(VchanAddress address, PortRelease port, Supplier<CommandChannel.Work> work) {
        start(address, port, () -> new CommandChannel(settings, address, work.get()).serve());
    }

    private void start(VchanAddress address, PortRelease port, Runnable work) {
        Thread thread = Thread.ofVirtual().name("command").unstarted(() -> {
            try {
                work.run();
            } finally {
                port.say();
                running.remove(Thread.currentThread());
            }
        });
        running.add(thread);
        holders.put(address, thread);
        thread.start();
        if (stopping) {
            thread.interrupt();
        }
    }

    /** One that is done with its port meanwhile is not interrupted any more. */
    private boolean end(VchanAddress address) {
        return holders.computeIfPresent(address, (key, thread) -> {
                    thread.interrupt();
                    return thread;
                })
                != null;
    }

    /** Cuts off what runs, also what is done but for its caller's goodbye, and waits (10 s at most) until it has ended. */
    void stop() throws InterruptedException {
        stopping = true;
        running.forEach(Thread::interrupt);
        long end = System.nanoTime() + END_LIMIT.toNanos();
        for (Thread thread : running) {
            thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
    }
}

package org.qair.host.daemon;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.Deadline;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.qair.policy.SystemInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy daemon of the field ({@code qrexec-policy-daemon}, {@code /run/qubes/policy.sock}): one question a connection, answered
 * by the policy in force. Who may connect may ask in any qube's name: the socket's permissions are the protection.
 */
public final class PolicyDaemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyDaemon.class);

    /** How long a question may take to come, and an answer to be read. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Supplier<SystemInfo> system;
    private final Supplier<? extends Judge> inForce;
    private final UnaryOperator<Judge> people;
    private final Duration patience;
    private final UnixServer server;

    private PolicyDaemon(
            SocketFile file,
            Supplier<SystemInfo> system,
            Supplier<? extends Judge> inForce,
            UnaryOperator<Judge> people,
            Duration patience)
            throws IOException {
        this.system = system;
        this.inForce = inForce;
        this.people = people;
        this.patience = patience;
        this.server = UnixServer.open(file, this::serve);
    }

    /**
     * Makes the socket and answers on it until {@link #close}.
     *
     * @param system the qubes at this moment
     * @param inForce the policy at this moment; each question is judged by one of it
     * @param people makes of a policy one that asks people where it says to, and denies when it is interrupted
     */
    public static PolicyDaemon open(
            SocketFile file,
            Supplier<SystemInfo> system,
            Supplier<? extends Judge> inForce,
            UnaryOperator<Judge> people)
            throws IOException {
        return new PolicyDaemon(file, system, inForce, people, PATIENCE);
    }

    /** One that asks nobody, and waits for less long. */
    static PolicyDaemon open(
            SocketFile file, Supplier<SystemInfo> system, Supplier<? extends Judge> inForce, Duration patience)
            throws IOException {
        return new PolicyDaemon(file, system, inForce, UnaryOperator.identity(), patience);
    }

    private void serve(SocketChannel channel) throws IOException {
        PolicyQuestion question;
        try {
            question = question(channel);
        } catch (IOException | MalformedQuestionException malformed) {
            LOG.warn("a question on {} is closed without an answer: {}", server.path(), malformed.getMessage());
            return;
        }
        Ruling ruling = rule(channel, question);
        LOG.info("policy socket: {}: {}", question, ruling.reason());
        try (Deadline _ = new Deadline(patience, channel)) {
            Bytes.writeFully(channel, ruling.answer());
        }
    }

    /** A question that is not meant, or whose answer is given with it, troubles nobody. */
    private Ruling rule(SocketChannel channel, PolicyQuestion question) {
        Judge judge = inForce.get();
        if (question.assumeYes() || question.justEvaluate()) {
            return Ruling.on(question, system.get(), judge);
        }
        try (Withdrawal _ = Withdrawal.watch(channel)) {
            return Ruling.on(question, system.get(), people.apply(judge));
        }
    }

    private PolicyQuestion question(SocketChannel channel) throws IOException, MalformedQuestionException {
        try (Deadline deadline = new Deadline(patience, channel)) {
            try {
                return PolicyQuestion.parse(QuestionReader.read(channel));
            } catch (IOException failed) {
                if (deadline.expired()) {
                    throw new MalformedQuestionException(
                            "no whole question came within %d ms".formatted(patience.toMillis()));
                }
                throw failed;
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

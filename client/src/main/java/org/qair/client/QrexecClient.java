package org.qair.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.channel.CallerChannel;
import org.qair.channel.Cancellation;
import org.qair.channel.Trigger;
import org.qair.channel.VchanLocation;
import org.qair.protocol.TriggerService;

/**
 * Calls services of other qubes from a Java program, as {@code qrexec-client-vm} does from a shell. Immutable; one serves any
 * number of calls and threads.
 *
 * {@snippet :
 * try (QrexecCall call = QrexecClient.system().call("@default", "my.Service+my_argument")) {
 *     String answer = new String(call.stdout().readAllBytes(), StandardCharsets.UTF_8);
 *     int code = call.exitCode();
 * }
 * }
 */
public final class QrexecClient {
    /** Where the agent of a qube, or the host, listens for callers. */
    public static final Path SYSTEM_SOCKET = Path.of("/var/run/qubes/qrexec-agent");

    private final Path socket;
    private final Optional<VchanLocation> location;
    private final String source;
    private final @Nullable Duration timeout;
    private final OutputStream errors;

    private QrexecClient(
            Path socket,
            Optional<VchanLocation> location,
            String source,
            @Nullable Duration timeout,
            OutputStream errors) {
        this.socket = socket;
        this.location = location;
        this.source = source;
        this.timeout = timeout;
        this.errors = errors;
    }

    /** Calls through this qube's own agent; error output of services goes to {@code System.err}, time is not limited. */
    public static QrexecClient system() {
        return at(SYSTEM_SOCKET);
    }

    /** The same through another trigger socket. */
    public static QrexecClient at(Path socket) {
        return new QrexecClient(socket, Optional.empty(), "", null, System.err);
    }

    /** Makes data channels there, instead of where the environment or the file beside the socket says. */
    public QrexecClient withLocation(VchanLocation there) {
        return new QrexecClient(socket, Optional.of(there), source, timeout, errors);
    }

    /** Speaks for another qube, as a relay does. The host refuses it to anyone else. */
    public QrexecClient withSource(String qube) {
        return new QrexecClient(socket, location, qube, timeout, errors);
    }

    /** Limits each call, from its request to its exit code. One that takes longer ends with a {@link java.net.SocketTimeoutException}. */
    public QrexecClient withTimeout(Duration limit) {
        return new QrexecClient(socket, location, source, limit, errors);
    }

    /** Sends the error output of services there; it is flushed, never closed. */
    public QrexecClient withErrors(OutputStream to) {
        return new QrexecClient(socket, location, source, timeout, to);
    }

    /**
     * Asks for a call and waits until it is allowed and connected. An interrupt of the calling thread ends the call.
     *
     * @param target the target's name, or a keyword such as {@code @default}
     * @param service {@code SERVICE} or {@code SERVICE+ARGUMENT}
     * @throws org.qair.channel.RefusedException when it was refused
     * @throws java.net.SocketTimeoutException when it took longer than is allowed
     * @throws IOException when it could not be made
     * @throws IllegalArgumentException when a name is too long to be sent
     */
    public QrexecCall call(String target, String service) throws IOException {
        return call(target, service, new Cancellation());
    }

    /** Where nothing says how data channels are made, or the other side prefers it, the data go on the connection to the socket. */
    private CallerChannel open(String target, String service, Cancellation cancellation) throws IOException {
        VchanLocation here;
        try {
            here = location.isPresent() ? location.get() : VchanLocation.find(socket, System.getenv());
        } catch (VchanLocation.UnknownException unknown) {
            return openInBand(target, service, cancellation, unknown);
        }
        if (here.inBand()) {
            IOException unkept = new IOException(
                    "`" + socket + "` wants a vchan, against what the file beside it says: start the host again");
            return openInBand(target, service, cancellation, unkept);
        }
        TriggerService request = TriggerService.request(source, target, service);
        return Trigger.call(socket, here, request, errors, cancellation);
    }

    private CallerChannel openInBand(String target, String service, Cancellation cancellation, IOException otherwise)
            throws IOException {
        TriggerService request = TriggerService.inBand(source, target, service);
        return Trigger.callInBand(socket, request, errors, cancellation, otherwise);
    }

    QrexecCall call(String target, String service, Cancellation cancellation) throws IOException {
        CallLimit limit = new CallLimit(cancellation, timeout);
        try {
            return new QrexecCall(open(target, service, cancellation), limit);
        } catch (IOException failure) {
            IOException explained = limit.explain(failure);
            limit.close();
            throw explained;
        } catch (RuntimeException failure) {
            limit.close();
            throw failure;
        }
    }
}

package org.qair.channel;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** The caller's side of a trigger socket: from a request to an open data channel. */
public final class Trigger {
    private Trigger() {}

    /**
     * Sends the request and waits for its answer, however long a person takes for it; then listens where the answer said, at
     * most 120 s, and exchanges {@code HELLO}s. The connection to the socket stays until the channel is closed: by its end an agent
     * knows that the port can be used again.
     *
     * @param location where this caller's data channels are made
     * @param errors where the service's error output will go
     * @param cancellation ends the call from another thread; stays in charge of the open channel
     * @throws RefusedException when the request was refused
     * @throws IOException when a socket is missing or broke; the message names it
     */
    public static CallerChannel call(
            Path socket, VchanLocation location, TriggerService request, OutputStream errors, Cancellation cancellation)
            throws IOException {
        SocketChannel connection = connect(socket);
        try {
            VchanAddress answer = VchanAddress.decode(ask(cancellation.use(connection), request));
            return open(location, answer, errors, cancellation, connection);
        } catch (IOException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    /**
     * The same for a caller that knows of no place for a vchan: the data go on the connection of the request.
     *
     * @param request one that says so ({@link TriggerService#inBand})
     * @param otherwise thrown when the other side wants a vchan all the same
     */
    public static CallerChannel callInBand(
            Path socket, TriggerService request, OutputStream errors, Cancellation cancellation, IOException otherwise)
            throws IOException {
        SocketChannel connection = connect(socket);
        try {
            VchanAddress answer = VchanAddress.decode(ask(cancellation.use(connection), request));
            if (!answer.isInBand()) {
                throw otherwise;
            }
            return CallerChannel.open(connection, Handshake.exchange(connection), errors);
        } catch (IOException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    private static CallerChannel open(
            VchanLocation location,
            VchanAddress answer,
            OutputStream errors,
            Cancellation cancellation,
            SocketChannel connection)
            throws IOException {
        SocketVchan.Listener listener = cancellation.use(
                SocketVchan.listen(location.directory(), location.domain(), answer.domain(), answer.port()));
        SocketChannel channel = cancellation.use(connected(listener, connection));
        try {
            return CallerChannel.open(channel, Handshake.exchange(channel), errors, connection);
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /**
     * The end of the request's connection ends the wait: our host and agent keep it until we close it, and so does the field's
     * {@code qrexec-agent}, which closes it only when it can be read. Whoever connects later finds nobody, so nothing is run.
     */
    private static SocketChannel connected(SocketVchan.Listener listener, SocketChannel connection) throws IOException {
        try {
            return listener.accept(SocketVchan.CONNECT_LIMIT, connection);
        } catch (EOFException gone) {
            throw new IOException(
                    "the host or agent that allowed the call has gone before it was connected: nothing was run, call again when"
                            + " it is back",
                    gone);
        }
    }

    private static byte[] ask(SocketChannel connection, TriggerService request) throws IOException {
        byte[] answer = new byte[VchanAddress.SIZE];
        if (!exchange(connection, request, ByteBuffer.wrap(answer))) {
            throw new RefusedException();
        }
        return answer;
    }

    private static boolean exchange(SocketChannel connection, TriggerService request, ByteBuffer answer)
            throws IOException {
        try {
            Bytes.writeFully(connection, ByteBuffer.wrap(request.encode()));
            return Bytes.readFully(connection, answer);
        } catch (EOFException half) {
            throw half;
        } catch (IOException broken) {
            if (connection.isOpen()) {
                return false; // the other side closed it, our request unread
            }
            throw broken;
        }
    }

    private static SocketChannel connect(Path socket) throws IOException {
        try {
            return UnixPaths.connect(socket);
        } catch (IOException failure) {
            throw new IOException("cannot connect to `" + socket + "`: " + failure.getMessage(), failure);
        }
    }
}

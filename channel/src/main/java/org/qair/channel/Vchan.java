package org.qair.channel;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A backend for vchans: how a server of one domain and a client of another meet at a port. Both name the channel alike. Safe for
 * use by many threads.
 */
public interface Vchan {
    /**
     * Takes the server's side.
     *
     * @throws IOException when it cannot be made; the message says where it should have been
     */
    Listener listen(int server, int client, int port) throws IOException;

    /**
     * Takes the client's side; tries again while no server listens.
     *
     * @throws SocketTimeoutException when none listened within {@code limit}
     */
    SocketChannel connect(int server, int client, int port, Duration limit) throws IOException, InterruptedException;

    /** The server's side before its client came. Closing it, from any thread, ends the wait. */
    interface Listener extends Closeable {
        /** Waits for the one connection, however long it takes, and listens no more. */
        SocketChannel accept() throws IOException;

        /**
         * Waits for the one connection and listens no more.
         *
         * @throws SocketTimeoutException when nobody connected within {@code limit}
         */
        SocketChannel accept(Duration limit) throws IOException;
    }
}

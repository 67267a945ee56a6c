package org.qair.channel;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** Vchans whose Unix sockets are in one directory. */
record VchanSockets(Path directory) implements Vchan {
    @Override
    public Listener listen(int server, int client, int port) throws IOException {
        return SocketVchan.listen(directory, server, client, port);
    }

    @Override
    public SocketChannel connect(int server, int client, int port, Duration limit)
            throws IOException, InterruptedException {
        return SocketVchan.connect(SocketVchan.path(directory, server, client, port), limit);
    }
}

package org.qair.relay.socket;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoHandler;

/** Listens, and accepts at each socket in a thread of its own. */
final class SocketAcceptor extends SocketService implements IoAcceptor {
    private static final int BACKLOG = 128;

    private final Optional<ServerSocketChannel> given;
    private final Map<SocketAddress, AcceptLoop> loops = new ConcurrentHashMap<>();

    /** @param given a socket to accept at, whatever address is asked for */
    SocketAcceptor(IoHandler handler, Optional<ServerSocketChannel> given) {
        super(handler);
        this.given = given;
    }

    @Override
    public void bind(Collection<? extends SocketAddress> addresses) throws IOException {
        for (SocketAddress address : addresses) {
            bind(address);
        }
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
        ServerSocketChannel socket = given.isPresent() ? given.get() : listen(address);
        try {
            SocketAddress local = socket.getLocalAddress();
            AcceptLoop loop = new AcceptLoop(socket, given.isEmpty(), accepted -> begin(accepted, local));
            loops.put(local, loop);
            loop.start();
        } catch (IOException | RuntimeException failed) {
            if (given.isEmpty()) {
                socket.close();
            }
            throw failed;
        }
    }

    private ServerSocketChannel listen(SocketAddress address) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return socket.bind(address, BACKLOG);
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }

    private void begin(SocketChannel accepted, SocketAddress local) throws IOException {
        take(accepted, session -> session.acceptedAt(local)).start();
    }

    @Override
    public void unbind(Collection<? extends SocketAddress> addresses) {
        addresses.forEach(this::unbind);
    }

    @Override
    public void unbind(SocketAddress address) {
        AcceptLoop loop = loops.remove(address);
        if (loop != null) {
            loop.close();
        }
    }

    @Override
    public void unbind() {
        unbind(List.copyOf(loops.keySet()));
    }

    @Override
    public Set<SocketAddress> getBoundAddresses() {
        return Set.copyOf(loops.keySet());
    }

    @Override
    protected void preClose() {
        unbind();
        super.preClose();
    }
}

package org.qair.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Stands between client and server on loopback, and stops forwarding when told to, without closing anything. */
final class TcpProxy implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    final AtomicInteger accepted = new AtomicInteger();
    private boolean upHeld;
    private boolean downHeld;

    TcpProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Whether bytes to the server, and from it, are kept from now on. */
    void hold(boolean up, boolean down) {
        lock.lock();
        try {
            upHeld = up;
            downHeld = down;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends every connection of now. */
    void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                accepted.incrementAndGet();
                join(client);
            }
        } catch (IOException closed) {
            // the proxy's end
        }
    }

    private void join(Socket client) throws IOException {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            sockets.addAll(List.of(client, server));
            Thread.ofVirtual().start(() -> forward(client, server, true));
            Thread.ofVirtual().start(() -> forward(server, client, false));
        } catch (IOException notThere) {
            client.close();
        }
    }

    private void forward(Socket from, Socket to, boolean up) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to) {
            int count;
            while ((count = from.getInputStream().read(buffer)) > 0) {
                awaitRelease(up);
                to.getOutputStream().write(buffer, 0, count);
            }
        } catch (IOException | InterruptedException ended) {
            // both sockets are closed
        }
    }

    private void awaitRelease(boolean up) throws InterruptedException {
        lock.lock();
        try {
            while (up ? upHeld : downHeld) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
        hold(false, false);
    }
}

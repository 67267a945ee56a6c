package org.qair.relay.reverse;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.sshd.client.channel.ChannelSubsystem;
import org.apache.sshd.common.future.CancelOption;
import org.qair.relay.connection.PeerSession;

/**
 * The few things that are to be known and done of the files of an account on a far machine, through the {@code sftp} of its
 * {@code sshd}. One request at a time, one bounded answer to each, all within a short time. For one thread.
 */
final class FarFiles implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int INIT = 1;
    private static final int VERSION = 2;
    private static final int LSTAT = 7;
    private static final int REMOVE = 13;
    private static final int MKDIR = 14;
    private static final int REALPATH = 16;
    private static final int WITH_PERMISSIONS = 4;
    private static final int OWNER_ONLY = 0700;
    private static final int SPOKEN = 3;

    private final ChannelSubsystem channel;
    private final InputStream in;
    private final OutputStream out;
    private final Thread limit;
    private int last;

    private FarFiles(ChannelSubsystem channel) {
        this.channel = channel;
        this.in = channel.getInvertedOut();
        this.out = channel.getInvertedIn();
        this.limit = Thread.ofVirtual().name("sftp-limit").start(this::giveUpLate);
    }

    /** @throws IOException when there is no {@code sftp} for us */
    static FarFiles open(PeerSession session) throws IOException {
        ChannelSubsystem channel = session.createSubsystemChannel("sftp");
        try {
            channel.open().verify(LIMIT, CancelOption.CANCEL_ON_TIMEOUT);
        } catch (IOException | RuntimeException e) {
            channel.close(false);
            throw none(e);
        }
        FarFiles files = new FarFiles(channel);
        try {
            files.begin();
            return files;
        } catch (IOException e) {
            files.close();
            throw none(e);
        }
    }

    private static IOException none(Exception why) {
        return new IOException("its `sshd` has no sftp for us (%s)".formatted(why.getMessage()), why);
    }

    /** The account's home, where relative paths start. */
    String home() throws IOException {
        SftpAnswer answer = ask(REALPATH, request -> request.write(text(".")));
        return switch (answer) {
            case SftpAnswer.Name(String path) -> path;
            default -> throw unexpected("the home", answer);
        };
    }

    /** Makes a directory that only the account can enter, unless there is something of that name. */
    void makeDirectory(String path) throws IOException {
        if (ask(LSTAT, request -> request.write(text(path))) instanceof SftpAnswer.Attributes) {
            return;
        }
        SftpAnswer answer = ask(MKDIR, request -> {
            request.write(text(path));
            request.writeInt(WITH_PERMISSIONS);
            request.writeInt(OWNER_ONLY);
        });
        if (!answer.equals(new SftpAnswer.Status(SftpAnswer.Status.OK))) {
            throw unexpected("the directory `%s`, which was to be made,".formatted(path), answer);
        }
    }

    /**
     * Removes a socket, if there is one.
     *
     * @throws IOException also when something else is there, which stays
     */
    void removeSocket(String path) throws IOException {
        SftpAnswer found = ask(LSTAT, request -> request.write(text(path)));
        switch (found) {
            case SftpAnswer.Attributes file
            when file.isSocket() -> {
                SftpAnswer removed = ask(REMOVE, request -> request.write(text(path)));
                if (!removed.equals(new SftpAnswer.Status(SftpAnswer.Status.OK))) {
                    throw unexpected("the socket `%s`, which was to be removed,".formatted(path), removed);
                }
            }
            case SftpAnswer.Attributes _ ->
                throw new NotListeningException(
                        FarSocket.Fault.OCCUPIED,
                        "`%s` there is no socket: move it away, or name another `reverse-socket`".formatted(path));
            case SftpAnswer.Status(int code) when code == SftpAnswer.Status.NO_SUCH_FILE -> {}
            default -> throw unexpected("`%s`".formatted(path), found);
        }
    }

    @Override
    public void close() {
        limit.interrupt();
        channel.close(false); // an immediate close would not tell the far end
    }

    private void begin() throws IOException {
        send(new byte[] {INIT, 0, 0, 0, SPOKEN});
        byte[] answer = receive();
        if (answer.length < 1 + Integer.BYTES || answer[0] != VERSION) {
            throw new IOException("what answers is none");
        }
    }

    private interface Request {
        void write(DataOutputStream to) throws IOException;
    }

    private SftpAnswer ask(int type, Request request) throws IOException {
        int id = ++last;
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(packet);
        fields.writeByte(type);
        fields.writeInt(id);
        request.write(fields);
        send(packet.toByteArray());
        return SftpAnswer.decode(receive(), id);
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private void send(byte[] packet) throws IOException {
        byte[] whole = ByteBuffer.allocate(Integer.BYTES + packet.length)
                .putInt(packet.length)
                .put(packet)
                .array();
        try {
            out.write(whole);
            out.flush();
        } catch (IOException closed) {
            throw new IOException("it ended", closed);
        }
    }

    private byte[] receive() throws IOException {
        byte[] head = in.readNBytes(Integer.BYTES);
        if (head.length < Integer.BYTES) {
            throw new IOException("it ended");
        }
        int length = ByteBuffer.wrap(head).getInt();
        if (length < 1 || length > SftpAnswer.LONGEST) {
            throw new IOException("it sent what is no packet (is something printed by the account's shell?)");
        }
        byte[] packet = in.readNBytes(length);
        if (packet.length < length) {
            throw new IOException("it ended");
        }
        return packet;
    }

    private void giveUpLate() {
        try {
            Thread.sleep(LIMIT);
            channel.close(false);
        } catch (InterruptedException done) {
            // in time
        }
    }

    private static IOException unexpected(String what, SftpAnswer answer) {
        return new IOException("%s there: sftp says %s".formatted(what, answer));
    }
}

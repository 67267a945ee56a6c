package org.qair.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One message of qrexec's channels, as {@code qrexec.h} lays it out: little-endian, a header of 8 bytes, then the body. What
 * {@link #decode} returns encodes to the very bytes that it was read from.
 */
public sealed interface Message
        permits TriggerService,
                Message.ExecCommandLine,
                Message.JustExec,
                Message.ServiceConnect,
                Message.ServiceRefused,
                Message.ConnectionTerminated,
                Message.Hello,
                Message.StreamData,
                Message.ExitCode {

    /** {@code EXEC_CMDLINE}: connect there and run this, {@code user:command}, one character a byte. */
    record ExecCommandLine(VchanAddress address, String uncheckedCommand) implements Message {
        /** @throws IllegalArgumentException when the command holds a NUL or is too long */
        public ExecCommandLine {
            Fields.check("command", uncheckedCommand, Limits.COMMAND);
        }

        @Override
        public MessageType type() {
            return MessageType.EXEC_CMDLINE;
        }

        @Override
        public int bodyLength() {
            return VchanAddress.SIZE + uncheckedCommand.length() + 1;
        }

        @Override
        public void encodeBody(ByteBuffer to) {
            address.encode(to);
            Fields.putRest(to, uncheckedCommand);
        }
    }

    /** {@code JUST_EXEC}: the same with the streams on {@code /dev/null}; only an exit code goes back. */
    record JustExec(VchanAddress address, String uncheckedCommand) implements Message {
        /** @throws IllegalArgumentException when the command holds a NUL or is too long */
        public JustExec {
            Fields.check("command", uncheckedCommand, Limits.COMMAND);
        }

        @Override
        public MessageType type() {
            return MessageType.JUST_EXEC;
        }

        @Override
        public int bodyLength() {
            return VchanAddress.SIZE + uncheckedCommand.length() + 1;
        }

        @Override
        public void encodeBody(ByteBuffer to) {
            address.encode(to);
            Fields.putRest(to, uncheckedCommand);
        }
    }

    /** {@code SERVICE_CONNECT}: the request of that ident was allowed, its data channel is there. */
    record ServiceConnect(VchanAddress address, RequestId id) implements Message {
        @Override
        public MessageType type() {
            return MessageType.SERVICE_CONNECT;
        }

        @Override
        public int bodyLength() {
            return VchanAddress.SIZE + Limits.IDENT_FIELD;
        }

        @Override
        public void encodeBody(ByteBuffer to) {
            address.encode(to);
            Fields.putFixed(to, id.value(), Limits.IDENT_FIELD);
        }
    }

    /** {@code SERVICE_REFUSED}: the request of that ident was not allowed. */
    record ServiceRefused(RequestId id) implements Message {
        @Override
        public MessageType type() {
            return MessageType.SERVICE_REFUSED;
        }

        @Override
        public int bodyLength() {
            return Limits.IDENT_FIELD;
        }

        @Override
        public void encodeBody(ByteBuffer to) {
            Fields.putFixed(to, id.value(), Limits.IDENT_FIELD);
        }
    }

    /** {@code CONNECTION_TERMINATED}: the data channel there has ended. */
    record ConnectionTerminated(VchanAddress address) implements Message {
        @Override
        public MessageType type() {
            return MessageType.CONNECTION_TERMINATED;
        }

        @Override
        public int bodyLength() {
            return VchanAddress.SIZE;
        }

        @Override
        public void encodeBody(ByteBuffer to) {
            address.encode(to);
        }
    }

    /** {@code HELLO}: the newest protocol that the sender speaks, unsigned. */
    record Hello(int version) implements Message {
        @Override
        public MessageType type() {
            return MessageType.HELLO;
        }

        @Override
        public int bodyLength() {
            return Integer.BYTES;
        }

        @Override
        public void encodeBody(ByteBuffer to) {
            to.putInt(version);
        }
    }

    /** {@code DATA_STDIN}, {@code STDOUT}, {@code STDERR}: a piece of a stream; an empty one is its end. The bytes are read-only. */
    record StreamData(MessageType type, ByteBuffer bytes) implements Message {
        /** @throws IllegalArgumentException when that type is no stream or the piece is too long */
        public StreamData {
            if (!type.isStream() || bytes.remaining() > Limits.CHUNK) {
                throw new IllegalArgumentException("%d bytes of %s".formatted(bytes.remaining(), type));
            }
            bytes = bytes.asReadOnlyBuffer();
        }

        @Override
        public int bodyLength() {
            return bytes.remaining();
        }

        @Override
        public void encodeBody(ByteBuffer to) {
            to.put(bytes.duplicate());
        }
    }

    /** {@code DATA_EXIT_CODE}: how the service ended; the last message of a call. */
    record ExitCode(int code) implements Message {
        @Override
        public MessageType type() {
            return MessageType.DATA_EXIT_CODE;
        }

        @Override
        public int bodyLength() {
            return Integer.BYTES;
        }

        @Override
        public void encodeBody(ByteBuffer to) {
            to.putInt(code);
        }
    }

    /** What its header announces. */
    MessageType type();

    /** Bytes after the header. */
    int bodyLength();

    /** Appends the body to a little-endian buffer. */
    void encodeBody(ByteBuffer to);

    /** Header and body. */
    default byte[] encode() {
        byte[] bytes = new byte[Limits.HEADER + bodyLength()];
        ByteBuffer to = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        new Header(type(), bodyLength()).encode(to);
        encodeBody(to);
        return bytes;
    }

    /**
     * Reads the body that a header announced.
     *
     * @throws ProtocolException naming the field that is wrong
     */
    static Message decode(Header header, byte[] body) throws ProtocolException {
        if (body.length != header.length()) {
            throw new ProtocolException(
                    "%s announced %d bytes, %d came".formatted(header.type(), header.length(), body.length));
        }
        ByteBuffer from = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        return switch (header.type()) {
            case DATA_STDIN, DATA_STDOUT, DATA_STDERR -> new StreamData(header.type(), from);
            case DATA_EXIT_CODE -> new ExitCode(from.getInt());
            case EXEC_CMDLINE -> new ExecCommandLine(VchanAddress.decode(from), Fields.rest("command", from));
            case JUST_EXEC -> new JustExec(VchanAddress.decode(from), Fields.rest("command", from));
            case SERVICE_CONNECT -> new ServiceConnect(VchanAddress.decode(from), ident(from));
            case SERVICE_REFUSED -> new ServiceRefused(ident(from));
            case TRIGGER_SERVICE -> TriggerService.decode(TriggerService.Form.V2, from);
            case TRIGGER_SERVICE3 -> TriggerService.decode(TriggerService.Form.V3, from);
            case TRIGGER_SERVICE4 -> TriggerService.decode(TriggerService.Form.V4, from);
            case CONNECTION_TERMINATED -> new ConnectionTerminated(VchanAddress.decode(from));
            case HELLO -> new Hello(from.getInt());
        };
    }

    private static RequestId ident(ByteBuffer from) throws ProtocolException {
        return RequestId.checked(Fields.fixed("request ident", from, Limits.IDENT_FIELD));
    }
}

package org.qair.relay.connection;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.auth.pubkey.PublicKeyIdentity;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.qair.policy.Printable;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.Peer;

/** The client's end of a connection to one hop. It knows when the other end was last heard of, and why it ended. Thread-safe. */
public final class PeerSession extends ClientSessionImpl {
    private static final AttributeKey<Hop> HOP = new AttributeKey<>();

    private final Hop hop;
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();
    private volatile boolean distrusted;
    private volatile long heardAt = System.nanoTime();
    private volatile List<PublicKeyIdentity> identities = List.of();
    private volatile @Nullable Peer peer;

    private PeerSession(ClientFactoryManager client, IoSession io) throws Exception {
        super(client, io);
        AttributeRepository context = getConnectionContext();
        Hop target = context == null ? null : context.getAttribute(HOP);
        if (target == null) {
            throw new IllegalArgumentException("a connection to nowhere");
        }
        hop = target;
        Algorithms.restrict(this, hop.options());
        Rekeying.apply(hop.options(), this);
        refreshConfiguration();
    }

    /** Makes every session of a client one of these. */
    static SessionFactory factory(ClientFactoryManager client) {
        return new SessionFactory(client) {
            @Override
            protected ClientSessionImpl doCreateSession(IoSession io) throws Exception {
                return new PeerSession(getClient(), io);
            }
        };
    }

    /** What a connection to a hop has to be made with. */
    static AttributeRepository context(Hop hop) {
        return AttributeRepository.ofKeyValuePair(HOP, hop);
    }

    Hop hop() {
        return hop;
    }

    List<PublicKeyIdentity> identities() {
        return identities;
    }

    /** To be said before it logs in. */
    void logsInWith(List<PublicKeyIdentity> keys) {
        identities = List.copyOf(keys);
    }

    /** To be said before it logs in, of the last hop: no other may open channels to us. */
    void leadsTo(Peer end) {
        peer = end;
    }

    /** The peer at its other end; empty for a hop on the way. */
    public Optional<Peer> peer() {
        return Optional.ofNullable(peer);
    }

    /** When the last bytes came, on the clock of {@link System#nanoTime}. */
    public long heardAt() {
        return heardAt;
    }

    /** Says, before the session is ended, why; the first reason counts. */
    public void endsBecause(String why) {
        reason.compareAndSet(null, why);
    }

    /** Says that the far end showed a host key that it may not show. */
    void distrusts(String fault) {
        distrusted = true;
        endsBecause(fault);
    }

    boolean isDistrusted() {
        return distrusted;
    }

    /** Why it ended, when that is known. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason.get());
    }

    /** What a host certificate must be made out to. */
    @Override
    public SocketAddress getConnectAddress() {
        return InetSocketAddress.createUnresolved(hop.trust().name(), hop.port());
    }

    @Override
    public void messageReceived(Readable bytes) throws Exception {
        heardAt = System.nanoTime();
        super.messageReceived(bytes);
    }

    @Override
    protected Map<KexProposalOption, String> negotiate() throws Exception {
        Map<KexProposalOption, String> agreed = super.negotiate();
        if (!strictKex && Algorithms.needsStrictExchange(agreed)) {
            throw new SshException(
                    SshConstants.SSH2_DISCONNECT_KEY_EXCHANGE_FAILED,
                    "the far end has neither AES-GCM nor strict key exchange: bring it up to date");
        }
        return agreed;
    }

    @Override
    public void exceptionCaught(Throwable failure) {
        if (isOpen() && failure.getMessage() != null) {
            endsBecause(Printable.line(failure.getMessage()));
        }
        super.exceptionCaught(failure);
    }

    @Override
    protected void handleDisconnect(int code, String message, String language, Buffer buffer) throws Exception {
        endsBecause("the far end ended it: `%s`".formatted(Printable.of(message)));
        super.handleDisconnect(code, message, language, buffer);
    }
}

package org.qair.relay.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.relay.Tools;
import org.qair.relay.TransportFixture;
import org.qair.relay.endpoint.EndpointFixture;

/** What a connection between transport and endpoint is like. */
class ConnectionTest {
    @TempDir
    Path directory;

    private EndpointFixture far;
    private Connector connector;
    private ClientSession session;

    @BeforeEach
    void open() throws Exception {
        far = new EndpointFixture(directory);
        connector = new Connector();
        session = connector.connect(far.peer());
    }

    @AfterEach
    void close() throws Exception {
        session.close(true);
        connector.close();
        far.close();
    }

    @Test
    void bothEndsAgreeOnTheBestAlgorithms() {
        assertThat(session.getNegotiatedKexParameter(KexProposalOption.ALGORITHMS))
                .isEqualTo(MlKem768X25519.NAME);
        assertThat(session.getNegotiatedKexParameter(KexProposalOption.SERVERKEYS))
                .isEqualTo("ssh-ed25519");
        assertThat(session.getNegotiatedKexParameter(KexProposalOption.C2SENC)).isEqualTo("aes128-gcm@openssh.com");
        assertThat(session.getNegotiatedKexParameter(KexProposalOption.S2CENC)).isEqualTo("aes128-gcm@openssh.com");
    }

    @Test
    void strictKeyExchangeIsOffered() {
        assertThat(session.getClientKexProposals().get(KexProposalOption.ALGORITHMS))
                .contains("kex-strict-c-v00@openssh.com")
                .doesNotContain("sha1", "group");
        assertThat(session.getServerKexProposals().get(KexProposalOption.ALGORITHMS))
                .contains("kex-strict-s-v00@openssh.com");
        assertThat(session.getServerKexProposals().toString()).doesNotContain("sha1,", "cbc", "ssh-rsa,");
    }

    @Test
    void trap1BothEndsHaveSocketsThatDoNotHoldSmallPacketsBack() {
        for (Session end : new Session[] {session, far.sessions().getFirst()}) {
            assertThat(end.getIoSession().getClass().getPackageName()).isEqualTo("org.qair.relay.socket");
        }
    }

    /** As our own calls do, which save the answer. */
    @Test
    void aRequestThatIsNotTakenAndWantsNoAnswerEndsItsChannel() throws Exception {
        ChannelExec channel = session.createExecChannel("qrexec-client-vm -- d wait");
        channel.open().verify(Duration.ofSeconds(Tools.PATIENCE_SECONDS));
        Buffer second = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
        second.putUInt(channel.getRecipient());
        second.putString("exec");
        second.putBoolean(false);
        second.putString("qrexec-client-vm -- d wait");
        var ignored = channel.writePacket(second);
        assertThat(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(Tools.PATIENCE_SECONDS)))
                .contains(ClientChannelEvent.CLOSED);
    }

    @Test
    void trap2AnIdleConnectionIsNotEndedForThat() {
        for (Session end : new Session[] {session, far.sessions().getFirst()}) {
            assertThat(CoreModuleProperties.IDLE_TIMEOUT.getRequired(end)).isZero();
        }
    }

    @Test
    void newKeysAreAgreedInTheMiddleOfACall() throws Exception {
        byte[] bytes = new byte[20_000_000];
        new Random(1).nextBytes(bytes);
        try (TransportFixture near = new TransportFixture(far.peer())) {
            TransportFixture.Caller caller = new TransportFixture.Caller(new ByteArrayInputStream(bytes));
            Thread call = near.callInThread("echo", caller);
            int exchanges = 0;
            while (call.isAlive()) {
                for (Session end : far.sessions()) {
                    if (!end.isAuthenticated()) {
                        continue; // still at its first key exchange
                    }
                    end.reExchangeKeys().verify(Duration.ofSeconds(Tools.PATIENCE_SECONDS));
                    exchanges++;
                }
            }
            call.join();
            assertThat(exchanges).isPositive();
            assertThat(near.outcomes).containsExactly(0);
            assertThat(caller.bytes()).isEqualTo(bytes);
        }
    }
}

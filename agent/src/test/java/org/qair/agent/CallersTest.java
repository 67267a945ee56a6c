package org.qair.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.qair.channel.VchanLocation;
import org.qair.channel.unix.Bytes;
import org.qair.protocol.Message;
import org.qair.protocol.RequestId;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

@Timeout(120)
class CallersTest extends ConnectedAgent {
    private TriggerService request() throws Exception {
        return (TriggerService) host.receive().orElseThrow();
    }

    private void answer(SocketChannel caller, RequestId id, VchanAddress address) throws Exception {
        host.send(new Message.ServiceConnect(address, id));
        assertThat(VchanAddress.decode(AgentRig.read(caller, 8).array())).isEqualTo(address);
    }

    @Test
    void passesARequestOnUnderAnIdentOfItsOwn() throws Exception {
        try (SocketChannel caller = rig.caller(TriggerService.request("vm3", "vm2", "svc+arg"))) {
            TriggerService sent = request();
            assertThat(sent.id()).isNotEqualTo(RequestId.SOCKET);
            assertThat(sent.id().value()).matches("SOCKET[0-9]+");
            assertThat(sent).isEqualTo(new TriggerService(TriggerService.Form.V4, "vm3", "vm2", sent.id(), "svc+arg"));
            answer(caller, sent.id(), ADDRESS);
        }
        assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
    }

    @Test
    void keepsTheFormOfARequest() throws Exception {
        for (TriggerService.Form form : TriggerService.Form.values()) {
            try (SocketChannel caller = rig.caller(new TriggerService(form, "", "vm2", RequestId.SOCKET, "svc"))) {
                assertThat(request().form()).isEqualTo(form);
                caller.shutdownOutput();
            }
        }
    }

    @Test
    void closesTheConnectionOfARefusedCaller() throws Exception {
        try (SocketChannel caller = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            host.send(new Message.ServiceRefused(request().id()));
            assertThat(AgentRig.isClosed(caller)).isTrue();
        }
    }

    @Test
    void forgetsACallerThatHangsUpBeforeItsAnswer() throws Exception {
        RequestId gone;
        try (SocketChannel _ = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            gone = request().id();
        }
        try (SocketChannel other = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            RequestId id = request().id();
            assertThat(id).isNotEqualTo(gone);
            host.send(new Message.ServiceConnect(ADDRESS, gone)); // ends at once, or its port would stay taken
            assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
            host.send(new Message.ServiceRefused(gone));
            answer(other, id, new VchanAddress(AgentRig.FAR, 601));
        }
    }

    @Test
    void answersEachCallerOnce() throws Exception {
        try (SocketChannel caller = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            RequestId id = request().id();
            answer(caller, id, ADDRESS);
            VchanAddress second = new VchanAddress(AgentRig.FAR, 601);
            host.send(new Message.ServiceConnect(second, id));
            assertThat(host.receive()).contains(new Message.ConnectionTerminated(second));
            host.send(new Message.ServiceRefused(id)); // too late
            host.send(new Message.ServiceConnect(second, new RequestId("SOCKET999")));
            assertThat(host.receive()).contains(new Message.ConnectionTerminated(second));
            caller.shutdownOutput();
            assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
        }
    }

    @Test
    void keepsManyCallersApart() throws Exception {
        List<SocketChannel> callers = new ArrayList<>();
        Set<RequestId> ids = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            callers.add(rig.caller(TriggerService.request("", "vm" + i, "svc")));
        }
        for (int i = 0; i < callers.size(); i++) {
            TriggerService request = request();
            assertThat(ids.add(request.id())).isTrue();
            int number = Integer.parseInt(request.uncheckedTarget().substring(2));
            host.send(new Message.ServiceConnect(new VchanAddress(AgentRig.FAR, 1000 + number), request.id()));
        }
        for (int i = 0; i < callers.size(); i++) {
            try (SocketChannel caller = callers.get(i)) {
                assertThat(VchanAddress.decode(AgentRig.read(caller, 8).array()))
                        .isEqualTo(new VchanAddress(AgentRig.FAR, 1000 + i));
            }
        }
        Set<Message> ended = new HashSet<>();
        for (int i = 0; i < callers.size(); i++) {
            ended.add(host.receive().orElseThrow());
        }
        assertThat(ended).hasSize(callers.size());
    }

    @Test
    void tellsCallersThatTheHostWasToConnectThatItHasGone() throws Exception {
        try (SocketChannel toHost = rig.caller(TriggerService.request("", "dom0", "svc"));
                SocketChannel toQube = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            for (int i = 0; i < 2; i++) {
                TriggerService request = request();
                boolean direct = request.uncheckedTarget().equals("vm2");
                answer(direct ? toQube : toHost, request.id(), new VchanAddress(direct ? AgentRig.FAR : 0, 600));
            }
            host.close();
            assertThat(AgentRig.isClosed(toHost)).isTrue();
            host = rig.connect();
            toQube.configureBlocking(false);
            assertThat(toQube.read(ByteBuffer.allocate(1)))
                    .as("the other qube connects all the same")
                    .isZero();
        }
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        try (SocketChannel caller = rig.caller()) {
            Bytes.writeFully(caller, new Message.Hello(3).encode());
            assertThat(AgentRig.isClosed(caller)).isTrue();
        }
        try (SocketChannel caller = rig.caller()) {
            Bytes.writeFully(caller, AgentRig.little(8).putInt(0x213).putInt(-1).flip());
            assertThat(AgentRig.isClosed(caller)).isTrue();
        }
        try (SocketChannel caller = rig.caller()) {
            byte[] nul = TriggerService.request("", "vm2", "svc").encode();
            nul[nul.length - 1] = 'x';
            Bytes.writeFully(caller, nul);
            assertThat(AgentRig.isClosed(caller)).isTrue();
        }
        try (SocketChannel caller = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            answer(caller, request().id(), ADDRESS); // none of the others came through
        }
    }

    @Test
    void dropsACallerThatSendsMoreThanItsRequest() throws Exception {
        try (SocketChannel caller = rig.caller(TriggerService.request("", "vm2", "svc"))) {
            answer(caller, request().id(), ADDRESS);
            caller.write(ByteBuffer.wrap(new byte[] {1}));
            assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
        }
    }

    @Test
    void letsEveryUserCallAndTellsWhereChannelsAre() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.trigger())))
                .isEqualTo("rw-rw-rw-");
        assertThat(VchanLocation.find(rig.trigger(), java.util.Map.of()))
                .isEqualTo(new VchanLocation(AgentRig.DOMAIN, directory));
    }

    @Test
    void leavesNoSocketBehind() throws Exception {
        rig.close();
        assertThat(directory.resolve("agent.sock")).doesNotExist();
        assertThat(directory.resolve("vchan.42.0.512.sock")).doesNotExist();
    }
}

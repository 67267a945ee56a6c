package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.cli.Machine.Finished;
import org.qair.cli.doctor.Layer;
import org.qair.policy.QubeName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each test breaks one layer, is told which, mends it by the command that is named, and leaves two hosts that are well. */
@Timeout(240)
class DoctorTest {
    private static final String DOCTOR_RULE = "qair.Doctor * Remote-Relay @adminvm allow";
    private static final String ANY_RULE = "* * @anyvm work allow";

    @TempDir
    static Path directory;

    private static TwoMachines hosts;
    private static Machine local;
    private static Machine remote;
    private static String[] farSettings;

    @BeforeAll
    static void start() throws Exception {
        hosts = new TwoMachines(directory).start();
        local = hosts.local;
        remote = hosts.remote;
        remote.policy(ANY_RULE, DOCTOR_RULE);
        farSettings = Files.readString(remote.layout.settings())
                .replace("127.0.0.1:0", remote.endpoint())
                .split("\n", -1);
        remote.settings(farSettings);
        mended("Remote-Qube");
    }

    @AfterAll
    static void stop() {
        hosts.close();
    }

    private static JsonNode examine(Machine machine, String... words) {
        List<String> all = new ArrayList<>(List.of("doctor", "--json"));
        all.addAll(List.of(words));
        Finished finished = machine.tryQair(all.toArray(new String[0]));
        assertThat(finished.stderr()).isEmpty();
        JsonNode said = JsonMapper.shared().readTree(finished.stdout());
        assertThat(finished.exitCode()).isEqualTo(said.get("ok").booleanValue() ? 0 : 1);
        return said;
    }

    private static JsonNode last(JsonNode said) {
        JsonNode layers = said.get("layers");
        return layers.get(layers.size() - 1);
    }

    /** Waits until that layer is found to be the first broken one. */
    private static JsonNode broken(Machine machine, Layer layer, String... words) throws Exception {
        JsonNode[] found = new JsonNode[1];
        Machine.await(() -> {
            JsonNode said = examine(machine, words);
            found[0] = last(said);
            return !said.get("ok").booleanValue()
                    && found[0].get("layer").stringValue().equals(layer.toString())
                    && found[0].get("state").stringValue().equals("broken");
        });
        return found[0];
    }

    private static JsonNode broken(Layer layer) throws Exception {
        return broken(local, layer, "Remote-Qube");
    }

    private static JsonNode mended(String... words) throws Exception {
        JsonNode[] found = new JsonNode[1];
        Machine.await(() -> {
            found[0] = examine(local, words);
            return found[0].get("ok").booleanValue();
        });
        return found[0];
    }

    /** Carries out what the finding names, with the reader's own words in the place of those in capitals. */
    private static void follow(JsonNode finding, String... filled) throws Exception {
        assertThat(finding.get("remedies").isEmpty()).isFalse();
        for (JsonNode remedy : finding.get("remedies")) {
            Machine machine = remedy.get("there").booleanValue() ? remote : local;
            String command = remedy.get("command").stringValue();
            for (int i = 0; i < filled.length; i += 2) {
                command = command.replace(filled[i], filled[i + 1]);
            }
            follow(
                    machine,
                    machine == remote
                            ? command.replace(" /etc/", " " + remote.layout.root() + "/etc/")
                            : command.replace(" --root " + local.layout.root(), ""));
        }
    }

    private static void follow(Machine machine, String command) throws Exception {
        if (command.equals("qair host")) {
            machine.start();
        } else if (command.startsWith("qair ")) {
            machine.qair(words(command.substring(5)));
        } else if (command.startsWith("echo '")) {
            String[] parts = command.substring(6).split("' \\| qair ", -1);
            pipe(parts[0] + "\n", machine, parts[1].split(" ", -1));
        } else {
            shell(command);
        }
    }

    /** Those in quotes may have spaces. */
    private static String[] words(String text) {
        return Pattern.compile("'([^']*)'|(\\S+)")
                .matcher(text)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toArray(String[]::new);
    }

    private static void pipe(String text, Machine machine, String... words) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        try {
            machine.qair(words);
        } finally {
            System.setIn(before);
        }
    }

    private static void shell(String command) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", command).redirectErrorStream(true);
        shell.environment().put("EDITOR", directory.resolve("editor").toString());
        Process process = shell.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** From now on the person at the editor exchanges one word for another. */
    private static void editor(String word, String other) throws Exception {
        local.write(
                directory.resolve("editor"),
                "#!/bin/sh\nsed -i 's|%s|%s|' \"$1\"\n".formatted(word, other),
                "rwxr-xr-x");
    }

    @Test
    void whatIsWellIsSaidLayerByLayer() throws Exception {
        JsonNode said = mended();
        assertThat(said.get("remotevm").stringValue()).isEqualTo("Remote-Qube");
        assertThat(StreamSupport.stream(said.get("layers").spliterator(), false)
                        .map(layer -> layer.get("layer").stringValue()))
                .containsExactlyElementsOf(Arrays.stream(Layer.values())
                        .filter(layer -> layer != Layer.CALLS_BACK) // none may be made here
                        .map(Layer::toString)
                        .toList());
        assertThat(said.get("layers").findValuesAsString("state")).containsOnly("ok");
        assertThat(local.qair("doctor"))
                .contains("Remote-Qube:\n", "  ok       tcp ", "`Local-Qube` is a RemoteVM behind `Remote-Relay` there")
                .endsWith("a call from `Local-Qube` went all the way\n");
        assertThat(remote.audit().getLast().service()).isEqualTo("qair.Ping");
        assertThat(remote.audit().getLast().source()).isEqualTo("Local-Qube");
    }

    @Test
    void names() throws Exception {
        follow(broken(local, Layer.NAMES, "Other-Qube"));
        follow(broken(local, Layer.POLICY, "Other-Qube"));
        follow(broken(local, Layer.ADDRESS, "Other-Qube")); // there is one peer only
        broken(local, Layer.FAR_POLICY, "Other-Qube");
        local.qair("policy", "remove", "30-qair-doctor-other-qube-qair-ping");
        local.qair("qube", "remove", "Other-Qube");
        assertThat(broken(local, Layer.NAMES, "Local-Qube").get("said").stringValue())
                .isEqualTo("`Local-Qube` is a qube of this host (AppVM), no RemoteVM");
        assertThat(broken(local, Layer.NAMES, "9").get("said").stringValue()).contains("`9`");
    }

    @Test
    void properties() throws Exception {
        local.qair("qube", "set", "Remote-Qube", "--reset", "transport_rpc");
        follow(broken(Layer.PROPERTIES));
        mended("Remote-Qube");
        local.qair("qube", "create", "Second", "--relayvm", "Local-Relay");
        local.qair("qube", "set", "Remote-Qube", "--reset", "relayvm");
        follow(broken(Layer.PROPERTIES));
        mended("Remote-Qube");
        local.qair("qube", "remove", "Second");
    }

    @Test
    void transport() throws Exception {
        local.qair("qube", "set", "Remote-Qube", "-p", "transport_rpc=my.Transport");
        follow(broken(Layer.TRANSPORT));
        mended("Remote-Qube");
        Path file =
                local.layout.servicePath(new QubeName("Local-Relay")).getFirst().resolve("qubesair.SSHProxy");
        local.write(file, "#!/bin/sh\nexec cat\n", "rw-r--r--");
        follow(broken(Layer.TRANSPORT));
        JsonNode said = mended("Remote-Qube");
        assertThat(said.get("layers").findValuesAsString("layer"))
                .containsExactly("names", "properties", "relay", "transport", "policy", "call");
        Files.delete(file);
    }

    @Test
    void policy() throws Exception {
        local.policy("");
        JsonNode finding = broken(Layer.POLICY);
        assertThat(finding.get("said").stringValue()).startsWith("no qube may call `qair.Ping`");
        follow(finding);
        mended("Remote-Qube");
        local.qair("policy", "remove", "30-qair-doctor-remote-qube-qair-ping");
        Path deny = local.layout.policy().resolve("10-deny.policy");
        local.write(deny, "* * @anyvm @anyvm deny\n", "rw-r--r--");
        finding = broken(local, Layer.POLICY, "Remote-Qube", "--source", "Local-Qube");
        assertThat(finding.get("said").stringValue())
                .startsWith("`Local-Qube` may not call `qair.Ping`")
                .contains("10-deny.policy:1");
        follow(finding);
        mended("Remote-Qube");
        local.qair("policy", "remove", "00-qair-doctor-remote-qube-qair-ping");
        Files.delete(deny);
        local.policy("* * Local-Qube Remote-Qube allwo");
        editor("allwo", "allow");
        follow(broken(Layer.POLICY));
        mended("Remote-Qube");
        follow(broken(local, Layer.POLICY, "Remote-Qube", "--source", "New-Qube"));
        assertThat(local.qair("qube", "list")).contains("New-Qube");
        local.qair("qube", "remove", "New-Qube");
    }

    @Test
    void address() throws Exception {
        String settings = Files.readString(local.layout.settings());
        editor("adress", "address");
        local.settings(settings.replace("address", "adress"));
        JsonNode finding = broken(Layer.ADDRESS);
        assertThat(finding.get("said").stringValue()).contains("qair.toml:3: unknown key `adress`");
        follow(finding);
        mended("Remote-Qube");
        editor("no-such-host.invalid", "127.0.0.1");
        local.settings(settings.replace("127.0.0.1", "no-such-host.invalid"));
        follow(broken(Layer.ADDRESS));
        mended("Remote-Qube");
        local.settings("");
        follow(
                broken(Layer.ADDRESS),
                "HOST:PORT",
                remote.endpoint(),
                "KEY",
                remote.qair("key", "show", "--endpoint").strip());
        mended("Remote-Qube");
        Files.delete(local.layout.peers().resolve("far.toml"));
        local.settings(settings);
        mended("Remote-Qube");
    }

    @Test
    void tcp() throws Exception {
        remote.stop();
        follow(broken(Layer.TCP));
        mended("Remote-Qube");
    }

    @Test
    void hostKey() throws Exception {
        String settings = Files.readString(local.layout.settings());
        String right = remote.qair("key", "show", "--endpoint").strip().split(" ", -1)[1];
        String wrong = remote.qair("key", "show", "Some-Relay").strip().split(" ", -1)[1];
        local.settings(settings.replace(right, wrong));
        JsonNode finding = broken(Layer.HOST_KEY);
        assertThat(finding.get("remedies").get(0).get("command").stringValue()).isEqualTo("qair key show --endpoint");
        editor(wrong, right);
        follow(finding);
        mended("Remote-Qube");
    }

    @Test
    void key() throws Exception {
        remote.settings("[endpoint]", "listen = \"" + remote.endpoint() + "\"");
        follow(broken(Layer.KEY), "RELAY", "Remote-Relay");
        mended("Remote-Qube");
        Files.delete(remote.layout.relays().resolve("Remote-Relay.toml"));
        remote.settings(farSettings);
        Files.setPosixFilePermissions(
                local.layout.relayKey(new QubeName("Local-Relay")), PosixFilePermissions.fromString("rw-r--r--"));
        follow(broken(Layer.KEY));
        mended("Remote-Qube");
    }

    @Test
    void farRegistry() throws Exception {
        remote.qair("qube", "remove", "Local-Qube");
        follow(broken(Layer.FAR_REGISTRY));
        mended("Remote-Qube");
    }

    @Test
    void farDemands() throws Exception {
        remote.qair("qube", "set", "Local-Qube", "-p", "proof=required");
        follow(broken(Layer.FAR_REGISTRY));
        mended("Remote-Qube");
        assertThat(remote.audit().getLast().evidence().proof()).hasValue("verified");
        local.qair(
                "key",
                "pin",
                "Remote-Qube",
                remote.qair("key", "show", "--host").strip());
        remote.qair("qube", "set", "Local-Qube", "-p", "protect=required");
        follow(broken(Layer.FAR_REGISTRY));
        mended("Remote-Qube");
        remote.qair("qube", "set", "Local-Qube", "--reset", "proof", "--reset", "protect");
        local.qair("qube", "set", "Remote-Qube", "--reset", "protect");
        mended("Remote-Qube");
    }

    @Test
    void farPolicy() throws Exception {
        remote.policy(DOCTOR_RULE);
        follow(broken(Layer.FAR_POLICY));
        mended("Remote-Qube");
        remote.qair("policy", "remove", "30-qair-doctor-local-qube-qair-ping");
        remote.policy(ANY_RULE, DOCTOR_RULE);
        mended("Remote-Qube");
    }

    @Test
    void service() throws Exception {
        Path program = directory.resolve("program");
        Files.writeString(program, "#!/bin/sh\nexit 3\n");
        JsonNode finding = broken(local, Layer.SERVICE, "Remote-Qube", "--service", "test.New+arg");
        Files.createDirectories(remote.layout.root().resolve("etc/qubes-rpc"));
        follow(finding, "PROGRAM", program.toString());
        assertThat(last(mended("Remote-Qube", "--service", "test.New+arg"))
                        .get("said")
                        .stringValue())
                .isEqualTo("a call from `Local-Qube` went all the way and ended with exit code 3");
    }

    @Test
    void call() throws Exception {
        local.stop();
        follow(broken(Layer.CALL));
        mended("Remote-Qube");
    }

    @Test
    void whatTheFarHostDoesNotTellIsLeftToTheCall() throws Exception {
        remote.policy(ANY_RULE);
        Machine.await(() -> examine(local, "Remote-Qube")
                .get("layers")
                .findValuesAsString("state")
                .contains("unknown"));
        assertThat(mended("Remote-Qube").get("layers").findValuesAsString("state"))
                .containsExactly(
                        "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "unknown", "unknown", "unknown", "ok");
        remote.policy("");
        JsonNode finding = broken(Layer.CALL);
        assertThat(finding.get("said").stringValue()).startsWith("it was refused");
        remote.policy(ANY_RULE, DOCTOR_RULE);
        mended("Remote-Qube");
    }

    @Test
    void nobodyIsAskedForATest() throws Exception {
        remote.policy("* * @anyvm work ask", DOCTOR_RULE);
        Machine.await(() -> last(examine(local, "Remote-Qube"))
                .get("said")
                .stringValue()
                .equals("not tried: a person would be asked"));
        remote.policy(ANY_RULE, DOCTOR_RULE);
        local.policy("* * Local-Qube Remote-Qube ask");
        Machine.await(() -> last(examine(local, "Remote-Qube"))
                .get("said")
                .stringValue()
                .equals("not tried: a person would be asked"));
        local.policy("* * Local-Qube Remote-Qube allow");
        mended("Remote-Qube");
    }

    @Test
    void aFarEndThatConnectsItselfIsLookedForOnItsConnection() throws Exception {
        String settings = Files.readString(local.layout.settings());
        remote.settings(String.join("\n", farSettings) + "\nreverse = true");
        local.qair("qube", "create", "work", "--relayvm", "Local-Relay", "--peer", "far");
        local.policy("* * Local-Qube Remote-Qube allow", "* * work Local-Qube allow");
        remote.policy(ANY_RULE, DOCTOR_RULE, "* * work Local-Qube allow");
        local.stop();
        JsonNode finding = broken(remote, Layer.TCP, "Local-Qube", "--source", "work");
        assertThat(finding.get("said").stringValue()).contains("relay `Remote-Relay` is not connected");
        assertThat(finding.get("remedies").get(0).get("command").stringValue()).isEqualTo("qair host");
        local.settings(settings + "\nreverse = true");
        local.start();
        Machine.await(() ->
                examine(remote, "Local-Qube", "--source", "work").get("ok").booleanValue());
        local.settings(settings);
        local.policy("* * Local-Qube Remote-Qube allow");
        Machine.await(() -> local.tryQair("qube", "remove", "work").exitCode() == 0); // when the policy was read
        remote.settings(farSettings);
        remote.policy(ANY_RULE, DOCTOR_RULE);
        mended("Remote-Qube");
    }
}

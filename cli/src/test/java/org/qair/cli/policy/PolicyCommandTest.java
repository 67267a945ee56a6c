package org.qair.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.qair.cli.InProcess;
import org.qair.cli.Machine.Finished;
import org.qair.host.ProofDemand;
import org.qair.host.policyrpc.PolicyRpc;
import org.qair.policy.PolicyFiles;
import org.qair.policy.QubeName;
import org.qair.policy.SystemInfo;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** The commands as they are called, over real files. */
class PolicyCommandTest {
    private static final Path VECTORS = Path.of("..", "docs", "vectors", "policy");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path root;

    private Path policy = Path.of("");
    private String out = "";
    private String err = "";

    @BeforeEach
    void directory() throws IOException {
        policy = Files.createDirectories(root.resolve("etc/qubes/policy.d"));
    }

    private int run(PolicyCommand command, String... arguments) {
        Finished finished = InProcess.runAlone(new CommandLine(command), arguments);
        out = finished.stdout();
        err = finished.stderr();
        return finished.exitCode();
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--policy",
                policy.toString(),
                "--system-info",
                VECTORS.resolve("system.json").toString()));
        return run(new PolicyCommand(), all.toArray(String[]::new));
    }

    private void rules(String... lines) throws IOException {
        Files.writeString(policy.resolve("50-test.policy"), String.join("\n", lines));
    }

    private String eval(String... requests) throws IOException {
        Path file = Files.writeString(root.resolve("requests"), String.join("\n", requests));
        run("eval", "--requests", file.toString());
        return out;
    }

    @Test
    void evalAnswersEachRequestWithOneLine() throws Exception {
        rules(
                "svc * work pi1 allow user=root",
                "svc * work @anyvm ask default_target=vault",
                "gpg +x @anyvm vault deny notify=no");
        String file = policy.resolve("50-test.policy").toString();
        assertThat(eval("""
                        {"source":"work","target":"pi1","service":"svc","argument":"+a"}
                        {"source":"work","target":"nope","service":"gpg","argument":"+x"}

                        {"source":"work","target":"vault","service":"gpg","argument":"+x"}""")).isEqualTo("""
                        {"decision":"allow","user":null,"target":"sys-relay","target_uuid":"uuid:0000000a-0000-4000-8000-000000000000","autostart":true,"requested_target":"pi1","service":"qubesair.SSHProxy+pi1+svc+a","policy_source":null,"notify":false,"rule":"FILE:1"}
                        {"decision":"deny","reason":"no rule matches","notify":true,"rule":null}
                        {"decision":"deny","reason":"denied by FILE:3","notify":false,"rule":"FILE:3"}
                        """.replace("FILE", file).replace("0000000a", "0000000a"));
    }

    @Test
    void evalDeniesWhatIsNoRequestAndGoesOn() throws Exception {
        rules("svc * work * allow");
        assertThat(eval(
                                "{\"source\":\"work\",\"target\":\"no-such\",\"service\":\"svc\",\"argument\":null}",
                                "not json",
                                "{\"source\":\"work\"}",
                                "{\"source\":\"work\",\"target\":\"a;b\",\"service\":\"svc\"}",
                                "{\"source\":\"work\",\"target\":\"vault\",\"service\":\"svc\",\"argument\":\"x\"}",
                                "{\"source\":\"work\",\"target\":\"vault\",\"service\":\"svc\"}")
                        .lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("neither the caller nor the rule"),
                        line -> assertThat(line).contains("\"line 2 is no request\""),
                        line -> assertThat(line).contains("\"line 3 is no request\""),
                        line -> assertThat(line).contains("`;` at byte 1"),
                        line -> assertThat(line).contains("\"line 5 is no request\""),
                        line -> assertThat(line).contains("\"allow\""));
    }

    @Test
    void aBrokenPolicyDeniesEveryRequest() throws Exception {
        rules("svc * work vault allow", "svc * work");
        assertThat(eval("{\"source\":\"work\",\"target\":\"vault\",\"service\":\"svc\"}"))
                .contains("\"deny\"", "the policy is broken", "50-test.policy:2");
        assertThat(err).contains("50-test.policy:2");
        assertThat(run("explain", "work", "vault", "svc")).isEqualTo(1);
        assertThat(err).contains("the policy is broken");
    }

    /** Every vector about `policy.d` alone is also true of the command. */
    @TestFactory
    Stream<DynamicTest> evalKeepsTheVectors() {
        return Stream.of("tokens", "services", "actions", "ask", "remotevm", "directives")
                .flatMap(file -> JSON.readTree(VECTORS.resolve(file + ".json").toFile())
                        .get("cases")
                        .valueStream())
                .filter(one -> one.has("requests") && !one.toString().contains("/run/"))
                .map(one -> DynamicTest.dynamicTest(one.get("name").stringValue(), () -> keeps(one)));
    }

    private void keeps(JsonNode one) throws IOException {
        Path base = Files.createTempDirectory(root, "vector");
        policy = Files.createDirectories(base.resolve("etc/qubes/policy.d"));
        for (var file : one.get("files").properties()) {
            Path path = base.resolve(file.getKey().substring(1));
            Files.createDirectories(path.getParent());
            Files.writeString(
                    path,
                    String.join(
                            "\n",
                            file.getValue()
                                    .valueStream()
                                    .map(JsonNode::stringValue)
                                    .toList()));
        }
        List<JsonNode> requests = one.get("requests").valueStream().toList();
        List<String> answers = eval(requests.stream()
                        .map(PolicyCommandTest::expanded)
                        .toArray(String[]::new))
                .lines()
                .toList();
        assertThat(answers).hasSize(requests.size());
        for (int i = 0; i < answers.size(); i++) {
            same(base, requests.get(i).get("expect"), JSON.readTree(answers.get(i)));
        }
    }

    private static String expanded(JsonNode request) {
        ObjectNode node = (ObjectNode) request.deepCopy();
        if (node.has("argument_length")) {
            node.put("argument", "+" + "a".repeat(node.get("argument_length").intValue()));
        }
        return node.toString();
    }

    private static void same(Path base, JsonNode expected, JsonNode actual) {
        for (var field : expected.properties()) {
            boolean onlyInTheLibrary = field.getKey().equals("warnings")
                    || (field.getKey().equals("notify")
                            && actual.get("decision").stringValue().equals("ask"));
            if (onlyInTheLibrary) {
                continue;
            }
            String value = actual.get(field.getKey()).toString().replace(base.toString(), "");
            if (field.getKey().equals("reason")) {
                assertThat(value).contains(field.getValue().stringValue());
            } else {
                assertThat(value)
                        .as(expected + " " + actual)
                        .isEqualTo(field.getValue().toString());
            }
        }
    }

    @Test
    void explainShowsTheRuleItsNeighboursAndWhyOthersDoNotMatch() throws Exception {
        rules("# mine", "svc * @tag:personal vault deny", "svc * work pi1 allow", "* * * * deny");
        assertThat(run("explain", "work", "pi1", "svc+x")).isZero();
        assertThat(out)
                .contains("work -> pi1 svc+x: allowed by ")
                .contains(">     3  svc * work pi1 allow")
                .contains("source `work` has tags `trusted`, `work`, rule wants `@tag:personal`")
                .contains("the call becomes qubesair.SSHProxy+pi1+svc+x to sys-relay")
                .contains("which is the decisive one")
                .contains("(called directly by the same source, it would be: denied");
        assertThat(run("explain", "pi1", "vault", "svc", "--via", "sys-relay", "--json"))
                .isZero();
        JsonNode json = JSON.readTree(out);
        assertThat(json.get("decision").get("decision").stringValue()).isEqualTo("deny");
        assertThat(json.get("steps").size()).isEqualTo(3);
        assertThat(run("explain", "work", "a b", "svc")).isEqualTo(2);
    }

    @Test
    void lintExitsWithOneForErrorsOnly() throws Exception {
        rules("svc * wrok vault allow");
        assertThat(run("lint")).isZero();
        assertThat(out).contains("50-test.policy:1: warning: there is no qube `wrok`: did you mean `work`?");
        assertThat(run(new PolicyCommand(), "lint", policy.toString())).isZero();
        assertThat(out).isEmpty();
        rules("svc * @anyv vault allow");
        assertThat(run(new PolicyCommand(), "lint", "--json", policy.toString()))
                .isEqualTo(1);
        assertThat(JSON.readTree(out).get("message").stringValue())
                .isEqualTo("`@anyv` is no source: did you mean `@anyvm`?");
        assertThat(run(new PolicyCommand(), "lint", root.resolve("nowhere").toString()))
                .isEqualTo(1);
    }

    @Test
    void lintKnowsTheServicesOfADirectory() throws Exception {
        Path services = Files.createDirectories(root.resolve("rpc"));
        Files.createFile(services.resolve("qubes.Gpg+x"));
        rules("qubes.Gpgg * work vault allow", "qubes.Gpg * work vault allow");
        assertThat(run("lint", "--services", services.toString())).isZero();
        assertThat(out).containsOnlyOnce("no service directory has").contains("did you mean `qubes.Gpg`?");
    }

    @Test
    void graphWritesDotOrSvg() throws Exception {
        rules("svc * work vault allow");
        assertThat(run("graph")).isZero();
        assertThat(out).startsWith("digraph").contains("\"work\" -> \"vault\"");
        assertThat(run("graph", "--svg", "--service", "svc", "--source", "work"))
                .isZero();
        assertThat(out).startsWith("<svg").contains("work allow vault: svc");
        assertThat(run("graph", "--source", "a b")).isEqualTo(2);
    }

    @Test
    void testNamesTheRowThatFails() throws Exception {
        rules("svc * work vault allow");
        Path table = Files.writeString(root.resolve("table"), "work vault svc allow\nwork vault svc deny\n");
        assertThat(run("test", table.toString())).isEqualTo(1);
        assertThat(out)
                .contains(table + ":2: expected deny, policy says allow vault")
                .contains("1 of 2 rows hold");
        Files.writeString(table, "work vault svc allow");
        assertThat(run("test", table.toString())).isZero();
        Files.write(table, "work vault svc perhaps".getBytes(StandardCharsets.UTF_8));
        assertThat(run("test", table.toString())).isEqualTo(1);
        assertThat(err).contains(":1: `perhaps` is no decision");
    }

    @Test
    void testWithoutATableTakesThoseBesideThePolicy() throws Exception {
        rules("svc * work vault allow");
        assertThat(run("test")).isZero();
        assertThat(out).contains("0 of 0 rows hold");
        Files.writeString(policy.resolve("a.tests"), "work vault svc allow\n");
        Files.writeString(policy.resolve("b.tests"), "\nwork vault svc deny\n");
        assertThat(run("test")).isEqualTo(1);
        assertThat(out).contains("b.tests:2: expected deny", "1 of 2 rows hold");
        Files.writeString(policy.resolve("b.tests"), "work\n");
        assertThat(run("test")).isEqualTo(1);
        assertThat(err).contains("b.tests:1: ");
    }

    @Test
    void theHostIsAskedForWhatIsNotNamed() throws Exception {
        rules("svc * work vault allow");
        assertThat(run(new PolicyCommand(), "explain", "work", "vault", "svc")).isEqualTo(2);
        assertThat(err).contains("there is no host to ask");
        PolicySource host = new PolicySource() {
            @Override
            public PolicyFiles files() {
                return PolicyInputs.directory(policy);
            }

            @Override
            public List<PolicyFiles.PolicyFile> tables() {
                return PolicyInputs.directory(policy).tables();
            }

            @Override
            public SystemInfo system() {
                return SystemInfoFile.read(VECTORS.resolve("system.json"));
            }

            @Override
            public Set<String> services() {
                return Set.of("other");
            }

            @Override
            public Optional<ProofDemand> demand(QubeName remoteVm) {
                return Optional.empty();
            }

            @Override
            public Optional<QubeName> unknownSource(QubeName relay) {
                return Optional.empty();
            }

            @Override
            public PolicyRpc rpc() {
                throw new UnsupportedOperationException();
            }
        };
        assertThat(run(new PolicyCommand(() -> host), "explain", "work", "vault", "svc"))
                .isZero();
        assertThat(out).contains("allowed by");
        Files.writeString(policy.resolve("own.tests"), "work vault svc deny");
        assertThat(run(new PolicyCommand(() -> host), "test")).isEqualTo(1);
        assertThat(out).contains("own.tests:1: ", "0 of 1 rows hold");
        assertThat(run(new PolicyCommand(() -> host), "lint")).isZero();
        assertThat(out).contains("no service directory has `svc`");
    }

    @Test
    void systemInfoThatCannotBeUsedIsNamed() throws Exception {
        rules("svc * work vault allow");
        Path info = root.resolve("info.json");
        for (String[] wrong : new String[][] {
            {"x", "info.json:1: "},
            {"{", "is no JSON"},
            {"{}", "has no object `domains`"},
            {"{\"domains\":{\"9x\":{\"type\":\"AppVM\"}}}", "does not start with a letter"},
            {"{\"domains\":{\"a\":{\"type\":\"FooVM\"}}}", "type `FooVM`"},
        }) {
            Files.writeString(info, wrong[0]);
            int code =
                    run(new PolicyCommand(), "graph", "--policy", policy.toString(), "--system-info", info.toString());
            assertThat(code).isEqualTo(1);
            assertThat(err).contains(wrong[1]);
        }
    }
}

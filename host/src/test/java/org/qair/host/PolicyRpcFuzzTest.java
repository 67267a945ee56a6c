package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.qair.host.daemon.MalformedQuestionException;
import org.qair.host.daemon.ShortQuestion;
import org.qair.host.files.Trees;
import org.qair.host.policyrpc.PolicyRpc;

/** Any payload is refused in words or leaves a policy that is good. */
class PolicyRpcFuzzTest {
    private static Path root = Path.of("/");
    private static Optional<PolicyHost> host = Optional.empty();

    @BeforeContainer
    static void open() throws Exception {
        root = Files.createTempDirectory("policy-rpc");
        host = Optional.of(new PolicyHost(root));
    }

    @AfterContainer
    static void close() throws Exception {
        host.orElseThrow().close();
        Trees.delete(root);
    }

    @Provide
    Arbitrary<String> payloads() {
        Arbitrary<String> words = Arbitraries.of(
                "any",
                "new",
                "sha256:",
                "\n",
                "\0",
                "test.New",
                "*",
                "work",
                "vault",
                "allow",
                "deny",
                " ",
                "!include",
                "include/gpg",
                "#",
                "\u00ff",
                "+",
                "ask",
                "target=",
                "test.Read");
        return Arbitraries.oneOf(words, Arbitraries.strings().ofMaxLength(20).withCharRange('\0', '\u00ff'))
                .list()
                .ofMaxSize(20)
                .map(list -> String.join("", list));
    }

    @Provide
    Arbitrary<String> services() {
        return Arbitraries.of(List.copyOf(PolicyRpc.services()))
                .flatMap(name -> Arbitraries.of("", "+30-user", "+gpg", "+fuzz", "+test.Read", "+..", "++")
                        .map(name::concat));
    }

    @Property(tries = 300)
    void anyCallIsAnsweredAndThePolicyStaysGood(@ForAll("services") String service, @ForAll("payloads") String payload)
            throws Exception {
        PolicyHost policy = host.orElseThrow();
        CapturedStreams streams = CapturedStreams.of(payload);
        int code = policy.run(service, streams);
        assertThat(code).isIn(0, 1);
        if (code == 1) {
            assertThat(streams.out()).isEmpty();
            assertThat(streams.err()).matches("(?s)PolicyAdmin[A-Za-z]+Exception .+");
        }
        CapturedStreams question = CapturedStreams.of("work\0vault");
        assertThat(policy.run("policy.EvalSimple+test.Read", question)).isZero();
        assertThat(question.out()).as("its own tests want it").isEqualTo("result=allow\n");
    }

    @Property(tries = 500)
    void aShortQuestionIsReadOrRefusedInWords(@ForAll("payloads") String payload) {
        try {
            ShortQuestion question =
                    ShortQuestion.parse(Optional.of("svc"), payload.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(question.source() + "\0" + question.target()).isEqualTo(payload);
        } catch (MalformedQuestionException malformed) {
            assertThat(malformed.getMessage()).matches("[ -~]+");
        }
    }
}

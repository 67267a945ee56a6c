package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Streams;
import org.qair.host.prompts.Answer;
import org.qair.host.prompts.Question;
import org.qair.host.prompts.Term;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The agent's protocol against the vectors. */
class GuiQubeAgentTest {
    private static final Path VECTORS = Path.of("..", "docs", "vectors", "policy-agent");

    private final List<Qube> qubes = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final StringBuilder received = new StringBuilder();
    private String reply = "deny";
    private int exitCode;
    private final GuiQubeAgent agent = new GuiQubeAgent(this::serve, () -> new SystemInfo(qubes));

    GuiQubeAgentTest() {
        add("dom0", QubeType.AdminVM, "adminvm-black", false, Optional.empty());
        add("work", QubeType.AppVM, "appvm-blue", false, Optional.of("sys-gui"));
    }

    private void add(String name, QubeType type, String icon, boolean template, Optional<String> guivm) {
        qubes.add(new Qube(
                new QubeName(name),
                type,
                UUID.randomUUID(),
                Set.of(),
                Optional.empty(),
                template,
                false,
                "Running",
                icon,
                guivm.map(QubeName::new),
                Optional.empty(),
                Optional.empty()));
    }

    private int serve(Call call, Streams streams) throws CallException {
        calls.add(call);
        if (exitCode == 127) {
            throw new CallException.NotFound("no such service");
        }
        try {
            received.append(new String(streams.stdin().readAllBytes(), StandardCharsets.UTF_8));
            streams.stdout().write(reply.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return exitCode;
    }

    private static Question question(String service, List<String> targets, Optional<String> preselected) {
        return new Question(
                new QubeName("work"),
                Optional.empty(),
                Optional.empty(),
                ServiceName.parse(service),
                targets,
                preselected,
                Optional.empty());
    }

    private static Question plain() {
        return question("my_service+my_arg", List.of("vault", "personal"), Optional.of("vault"));
    }

    private static JsonNode vector(String name) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(VECTORS.resolve(name)));
    }

    private JsonNode sent() {
        return JsonMapper.shared().readTree(received.toString());
    }

    @Test
    void asksAsTheVectorsSay() throws Exception {
        assertThat(agent.ask(plain())).contains(new Answer.Deny());
        assertThat(sent()).isEqualTo(vector("ask.json"));
        assertThat(calls.getFirst().target()).isEqualTo(new QubeName("sys-gui"));
        assertThat(calls.getFirst().source()).isEqualTo(QubeName.DOM0);
        assertThat(calls.getFirst().service()).hasToString("policy.Ask");
    }

    @Test
    void aDisposableHasItsOwnIconAndNothingIsPreselectedUnasked() throws Exception {
        add("dvm", QubeType.AppVM, "appvm-red", true, Optional.empty());
        assertThat(agent.ask(question("my_service", List.of("@dispvm:dvm"), Optional.empty())))
                .isPresent();
        assertThat(sent()).isEqualTo(vector("ask-nothing-preselected.json"));
    }

    @Test
    void tellsAsTheVectorsSay() throws Exception {
        agent.tell(new QubeName("work"), "deny", ServiceName.parse("my_service"), "vault");
        assertThat(sent()).isEqualTo(vector("notify.json"));
        assertThat(calls.getFirst().service()).hasToString("policy.Notify");
    }

    @Test
    void readsAnswersToTheLetter() throws Exception {
        reply = "allow:personal";
        assertThat(agent.ask(plain())).contains(new Answer.Allow("personal", 1, new Term.Once()));
        for (String other : List.of("", "allow", "Deny", "deny\n", "yes", "x".repeat(10_000))) {
            reply = other;
            assertThat(agent.ask(plain())).as(other).isEmpty();
        }
    }

    @Test
    void anAgentThatIsNotThereOrFailsHasNotAnswered() throws Exception {
        reply = "allow:vault";
        exitCode = 1;
        assertThat(agent.ask(plain())).isEmpty();
        exitCode = 127;
        assertThat(agent.ask(plain())).isEmpty();
    }

    @Test
    void aSourceWithoutAGuiQubeIsAskedAboutInDom0() throws Exception {
        qubes.clear();
        add("work", QubeType.RemoteVM, "remote", false, Optional.empty());
        assertThat(agent.ask(plain())).isPresent();
        assertThat(calls.getFirst().target()).isEqualTo(QubeName.DOM0);
    }
}

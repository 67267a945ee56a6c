package org.qair.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointCommandTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "qrexec-client-vm --source-qube=src -- dst svc+arg",
                "qrexec-client-vm --source-qube src -- dst svc+arg",
                "qrexec-client-vm -s src -- dst svc+arg",
                "qrexec-client-vm --source-qube=src dst svc+arg"
            })
    void readsTheFormsOfTheField(String line) {
        assertThat(EndpointCommand.parse(line)).isEqualTo(new EndpointCommand(Optional.of("src"), "dst", "svc+arg"));
    }

    @Test
    void theSourceMayBeLeftOut() {
        assertThat(EndpointCommand.parse("qrexec-client-vm -- @default svc+"))
                .isEqualTo(new EndpointCommand(Optional.empty(), "@default", "svc+"));
        assertThat(EndpointCommand.parse("qrexec-client-vm dst svc").source()).isEmpty();
    }

    @Test
    void afterTheTwoDashesNothingIsAnOption() {
        assertThat(EndpointCommand.parse("qrexec-client-vm -- dst -s"))
                .isEqualTo(new EndpointCommand(Optional.empty(), "dst", "-s"));
        assertThat(EndpointCommand.parse("qrexec-client-vm dst --source-qube=x"))
                .isEqualTo(new EndpointCommand(Optional.empty(), "dst", "--source-qube=x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ls | `ls` is not",
                "/usr/bin/qrexec-client-vm dst svc | is not",
                "qrexec-client-vm | a target and a service",
                "qrexec-client-vm dst | a target and a service",
                "qrexec-client-vm dst svc cat | a target and a service",
                "qrexec-client-vm -t dst svc | option `-t`",
                "qrexec-client-vm --agent-socket=/x dst svc | not allowed at byte 32",
                "qrexec-client-vm -s a -s b -- dst svc | more than one option",
                "qrexec-client-vm -s | needs a name",
                "qrexec-client-vm  dst svc | an empty word",
                "qrexec-client-vm dst svc;id | not allowed at byte 24",
                "qrexec-client-vm dst 'svc' | not allowed at byte 21",
                "qrexec-client-vm dst $(id) | not allowed at byte 21",
                "qrexec-client-vm dst svc>x | not allowed",
                "qrexec-client-vm dst sv\u0000c | not allowed",
                "qrexec-client-vm dst své | not allowed"
            })
    void refusesAllElse(String line, String reason) {
        assertThatThrownBy(() -> EndpointCommand.parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void holdsTheLimit() {
        String start = "qrexec-client-vm dst svc+";
        int room = EndpointCommand.MAX_LENGTH - start.length();
        assertThat(EndpointCommand.parse(start + "a".repeat(room)).service()).hasSize(room + 4);
        assertThatThrownBy(() -> EndpointCommand.parse(start + "a".repeat(room + 1)))
                .hasMessageContaining("the limit");
        assertThatThrownBy(() -> EndpointCommand.parse("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EndpointCommand.parse(" ".repeat(1000))).hasMessageContaining("empty word");
    }

    @Property(tries = 1000)
    void anyTextIsARequestOrIsRefusedWithATextFitForALog(@ForAll String text, @ForAll @From("nearly") String nearly) {
        for (String line : new String[] {text, "qrexec-client-vm " + text, nearly}) {
            try {
                EndpointCommand command = EndpointCommand.parse(line);
                assertThat(line).startsWith("qrexec-client-vm ").endsWith(command.target() + " " + command.service());
                assertThat(command.target()
                                + command.service()
                                + command.source().orElse(""))
                        .matches("[A-Za-z0-9_.+=@:-]+");
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).matches("[\\x20-\\x7e…]+");
            }
        }
    }

    @Provide
    Arbitrary<String> nearly() {
        return Arbitraries.of(
                        "qrexec-client-vm",
                        "-s",
                        "--",
                        "--source-qube=",
                        "--source-qube",
                        "a",
                        "svc+x",
                        "",
                        "-x",
                        "@default")
                .list()
                .ofMaxSize(8)
                .map(words -> String.join(" ", words));
    }
}

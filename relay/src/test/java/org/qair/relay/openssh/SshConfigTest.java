package org.qair.relay.openssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the installed {@code ssh} says of configurations. */
class SshConfigTest {
    @TempDir
    Path directory;

    private SshConfig read(String... lines) throws Exception {
        Path file = Files.write(directory.resolve("config"), List.of(lines));
        return SshConfig.of(new ConfigRequest("far", Optional.empty(), OptionalInt.empty(), Optional.of(file)));
    }

    private void refused(String message, String... lines) {
        assertThatThrownBy(() -> read(lines))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void trap3OpensshItselfResolvesAHost() throws Exception {
        Files.writeString(directory.resolve("more"), "Host far\n  Port 2222\n");
        SshConfig config = read(
                "Include " + directory.resolve("more"),
                "Match host far exec \"true\"",
                "  User matched",
                "Host f* !fast",
                "  HostName 192.0.2.7",
                "  User toolate",
                "  UserKnownHostsFile /k1 /k2",
                "  IdentityFile ~/.ssh/a",
                "  IdentityFile /b",
                "Host *",
                "  ServerAliveInterval 7");
        assertThat(config.value("hostname")).hasValue("192.0.2.7");
        assertThat(config.number("port")).hasValue(2222L);
        assertThat(config.value("user")).hasValue("matched");
        assertThat(config.value("userknownhostsfile")).hasValue("/k1 /k2");
        assertThat(config.values("identityfile")).containsExactly("~/.ssh/a", "/b");
        assertThat(config.number("serveraliveinterval")).hasValue(7L);
        assertThat(config.isUsual("connecttimeout")).isTrue();
        assertThat(config.isUsual("identityfile")).isFalse();
    }

    @Test
    void listsThatWereNotChangedAreOurs() throws Exception {
        assertThat(read("Host far").changedList("ciphers")).isEmpty();
        assertThat(read("Host far", "Ciphers aes256-gcm@openssh.com,aes128-ctr").changedList("ciphers"))
                .containsExactly("aes256-gcm@openssh.com", "aes128-ctr");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ProxyCommand nc %h %p",
                "StrictHostKeyChecking no",
                "StrictHostKeyChecking accept-new",
                "PubkeyAuthentication no",
                "PreferredAuthentications password",
                "NoHostAuthenticationForLocalhost yes",
                "VerifyHostKeyDNS yes",
                "KnownHostsCommand /bin/true",
                "CheckHostIP yes",
                "PermitLocalCommand yes",
                "CASignatureAlgorithms rsa-sha2-512",
                "RemoteCommand reboot",
                "SessionType none",
                "SecurityKeyProvider /x.so",
                "PKCS11Provider /x.so",
                "GSSAPIKeyExchange yes",
            })
    void whatIsNotFollowedAndChangesSecurityIsRefusedByName(String line) throws Exception {
        String option = line.substring(0, line.indexOf(' '));
        if (option.startsWith("GSSAPI") && !isKnown(option)) {
            return; // only some distributions' ssh has it
        }
        refused("`" + option + " ", "Host far", line);
    }

    private boolean isKnown(String option) throws Exception {
        return new ProcessBuilder("ssh", "-F", "none", "-o", option + "=no", "-G", "--", "far")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void whatIsHarmlessIsLeftAside() throws Exception {
        assertThat(read(
                                "Host far",
                                "ForwardAgent yes",
                                "ControlMaster auto",
                                "ControlPath /tmp/%C",
                                "SendEnv LANG",
                                "LocalForward 1 localhost:2",
                                "Compression yes",
                                "HashKnownHosts yes",
                                "StrictHostKeyChecking yes",
                                "PreferredAuthentications gssapi-with-mic,publickey")
                        .alias())
                .isEqualTo("far");
    }

    @Test
    void aFaultInTheFileIsToldWithItsPlace() {
        refused("config: line 2: Bad configuration option: prot; ", "Host far", "Prot 22");
    }

    @Test
    void aCommandThatNeverEndsIsGivenUp() throws Exception {
        assertThatThrownBy(() -> SshProgram.run(List.of("sleep", "1000"), Duration.ofMillis(100)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no answer in PT0.1S");
    }

    @Test
    void withoutOpensshTheErrorSaysWhatToInstall() {
        assertThatThrownBy(() -> SshProgram.run(List.of("/nowhere/ssh"), Duration.ofSeconds(10)))
                .hasMessageContaining("install openssh-client");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-oProxyCommand=x", "a b", "a;b", "$(x)", "a\nb", "a`b", "a'b", "ü"})
    void namesThatAShellCouldReadAreNotLookedUp(String name) {
        assertThatThrownBy(() -> new ConfigRequest(name, Optional.empty(), OptionalInt.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ConfigRequest("far", Optional.of(name), OptionalInt.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tokensAreExpanded() throws Exception {
        SshConfig config = read("Host far", "HostName 192.0.2.7", "User me", "Port 2222", "HostKeyAlias al");
        Tokens tokens = new Tokens(config, Path.of("/home/x"), "x", Map.of("DIR", "/d"));
        assertThat(tokens.path("~/a")).isEqualTo(Path.of("/home/x/a"));
        assertThat(tokens.path("%d/%h_%p_%r_%u_%n_%k_%%")).isEqualTo(Path.of("/home/x/192.0.2.7_2222_me_x_far_al_%"));
        assertThat(tokens.path("${DIR}/k")).isEqualTo(Path.of("/d/k"));
        for (String wrong : List.of("%C", "${NONE}/k", "~other/k", "a%")) {
            assertThatThrownBy(() -> tokens.path(wrong)).isInstanceOf(ConfigException.class);
        }
    }

    @Property(tries = 300)
    void anyOutputIsReadOrRefused(@ForAll String output, @ForAll String usual) {
        ConfigRequest request = new ConfigRequest("far", Optional.empty(), OptionalInt.empty(), Optional.empty());
        SshConfig config = SshConfig.parse(request, output, usual);
        try {
            OptionCheck.check(config);
        } catch (ConfigException refused) {
            assertThat(refused).hasMessageContaining("`far`");
        }
    }
}

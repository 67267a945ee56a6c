package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.qair.call.CallException;

/** Whatever argument a caller gives to a link to {@code /dev/tcp}, it is a number of a host and a port, or refused. */
class TcpAddressFuzzTest {
    private static Path directory = Path.of("unset");

    @BeforeContainer
    static void link() throws IOException {
        directory = Files.createTempDirectory("qair-tcp-");
        Files.createSymbolicLink(directory.resolve("any"), Path.of("/dev/tcp"));
        Files.createSymbolicLink(directory.resolve("host"), Path.of("/dev/tcp/127.0.0.1"));
    }

    @AfterContainer
    static void remove() throws IOException {
        Files.delete(directory.resolve("any"));
        Files.delete(directory.resolve("host"));
        Files.delete(directory);
    }

    @Property(tries = 1_000)
    void isNumericOrRefused(@ForAll("arguments") String argument) throws IOException {
        for (String link : new String[] {"any", "host"}) {
            try {
                TcpAddress address = TcpAddress.ofLink(directory.resolve(link), Optional.of(argument))
                        .orElseThrow();
                assertThat(address.port()).isBetween(1, 65_535);
                assertThat(address.host().toString())
                        .as("what was looked up has a name before the slash")
                        .startsWith("/");
                assertThat(link.equals("any") || address.host().isLoopbackAddress())
                        .isTrue();
            } catch (CallException refused) {
                assertThat(refused).isInstanceOf(CallException.Failed.class);
            }
        }
    }

    @Provide
    Arbitrary<String> arguments() {
        Arbitrary<String> pieces =
                Arbitraries.of("127.0.0.1", "1", "80", "65536", "0", "+", "++", "ffff", "localhost", ".", "-", "a_b");
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(7).map(words -> String.join("", words)),
                Arbitraries.strings()
                        .withCharRange('0', '9')
                        .withCharRange('a', 'f')
                        .withChars("+.-_%")
                        .ofMaxLength(30));
    }
}

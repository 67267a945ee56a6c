package org.qair.relay.peer;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.qair.relay.keys.SshKeys;

/**
 * How a connection to an SSH server is to differ from the usual. Each list of algorithms, when it is not empty, is an order
 * of preference from which only those that this transport has are offered.
 *
 * @param family which addresses of a host name are tried
 * @param bindAddress the local address to connect from
 * @param rekeyBytes new keys after so many bytes in one direction; zero for the usual
 * @param rekeyTime new keys after this time; zero for the usual
 * @param smallestRsa the fewest bits of an RSA host key
 */
public record HopOptions(
        List<String> keyExchanges,
        List<String> hostKeyAlgorithms,
        List<String> ciphers,
        List<String> macs,
        List<String> loginAlgorithms,
        Family family,
        Optional<String> bindAddress,
        long rekeyBytes,
        Duration rekeyTime,
        int smallestRsa) {
    /** Nothing differs. */
    public static final HopOptions USUAL = new HopOptions(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Family.ANY,
            Optional.empty(),
            0,
            Duration.ZERO,
            SshKeys.SMALLEST_RSA);

    /** Which addresses. */
    public enum Family {
        ANY,
        INET,
        INET6;

        public boolean has(InetAddress address) {
            return switch (this) {
                case ANY -> true;
                case INET -> address instanceof Inet4Address;
                case INET6 -> address instanceof Inet6Address;
            };
        }
    }

    public HopOptions {
        keyExchanges = List.copyOf(keyExchanges);
        hostKeyAlgorithms = List.copyOf(hostKeyAlgorithms);
        ciphers = List.copyOf(ciphers);
        macs = List.copyOf(macs);
        loginAlgorithms = List.copyOf(loginAlgorithms);
    }
}

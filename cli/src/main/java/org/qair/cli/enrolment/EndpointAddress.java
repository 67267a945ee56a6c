package org.qair.cli.enrolment;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.qair.host.HostLayout;
import org.qair.host.enrolment.EnrolmentException;

/**
 * Where others reach this host's endpoint.
 *
 * @param host an address or a name
 */
record EndpointAddress(String host, int port) {
    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "*");

    /**
     * That of a host that runs.
     *
     * @param wanted {@code HOST}, {@code HOST:PORT} or {@code [IPV6]:PORT} that its owner knows better
     */
    static EndpointAddress of(HostLayout layout, Optional<String> wanted) throws IOException, EnrolmentException {
        if (!Files.exists(layout.endpointAddress())) {
            throw new EnrolmentException(
                    ("no endpoint of this host is running: put an [endpoint] with `listen` into `%s`"
                                    + " and start `qair host`")
                            .formatted(layout.settings()));
        }
        EndpointAddress listening =
                parse(Files.readString(layout.endpointAddress()).strip(), 0);
        if (wanted.isPresent()) {
            return parse(wanted.get(), listening.port());
        }
        return EVERYWHERE.contains(listening.host())
                ? new EndpointAddress(only(addresses()), listening.port())
                : listening;
    }

    /** The last colon parts host and port, where that cannot be part of an IPv6 address. */
    static EndpointAddress parse(String text, int usualPort) throws EnrolmentException {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        boolean bare = colon < 0 || (bracketed ? text.endsWith("]") : text.indexOf(':') != colon && usualPort > 0);
        String host = bare ? text : text.substring(0, colon);
        String port = bare ? Integer.toString(usualPort) : text.substring(colon + 1);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || !port.matches("[0-9]{1,5}")) {
            throw new EnrolmentException(
                    "`%s` is no address: write `HOST`, `HOST:PORT` or `[IPV6]:PORT`".formatted(text));
        }
        return new EndpointAddress(host, Integer.parseInt(port));
    }

    private static String only(List<String> addresses) throws EnrolmentException {
        if (addresses.size() == 1) {
            return addresses.getFirst();
        }
        throw new EnrolmentException(
                "the endpoint listens on every address: say with --address which one others reach%s"
                        .formatted(addresses.isEmpty() ? "" : ", one of " + String.join(", ", addresses)));
    }

    private static List<String> addresses() throws IOException {
        List<String> found = new ArrayList<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isUp() && !each.isLoopback()) {
                each.inetAddresses()
                        .filter(address -> address instanceof Inet4Address && !address.isLinkLocalAddress())
                        .map(InetAddress::getHostAddress)
                        .forEach(found::add);
            }
        }
        return found;
    }
}

package org.qair.relay.endpoint;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Addresses that one party may have all of: an IPv4 address alone, of IPv6 a network of 64 bits. */
record AddressGroup(String name) {
    private static final int NETWORK_BYTES = 8;

    static AddressGroup of(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet) || internet.getAddress() == null) {
            return new AddressGroup(String.valueOf(address));
        }
        InetAddress host = internet.getAddress();
        if (host instanceof Inet6Address) {
            byte[] network = Arrays.copyOf(host.getAddress(), NETWORK_BYTES);
            StringBuilder name = new StringBuilder();
            for (int i = 0; i < NETWORK_BYTES; i += 2) {
                name.append("%x:".formatted(((network[i] & 0xff) << 8) | (network[i + 1] & 0xff)));
            }
            return new AddressGroup(name + ":/64");
        }
        return new AddressGroup(host.getHostAddress());
    }

    @Override
    public String toString() {
        return name;
    }
}

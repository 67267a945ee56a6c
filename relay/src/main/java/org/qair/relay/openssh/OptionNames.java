package org.qair.relay.openssh;

import java.util.List;
import java.util.Optional;

/** Options as their documentation writes them, for messages. */
final class OptionNames {
    private static final List<String> PROPER = List.of(
            "BindInterface",
            "CASignatureAlgorithms",
            "CheckHostIP",
            "GSSAPIKeyExchange",
            "KnownHostsCommand",
            "LocalCommand",
            "NoHostAuthenticationForLocalhost",
            "PKCS11Provider",
            "PermitLocalCommand",
            "PreferredAuthentications",
            "ProxyCommand",
            "PubkeyAuthentication",
            "RefuseConnection",
            "RemoteCommand",
            "SecurityKeyProvider",
            "SessionType",
            "StrictHostKeyChecking",
            "VerifyHostKeyDNS");

    private OptionNames() {}

    static String proper(String option) {
        Optional<String> found =
                PROPER.stream().filter(name -> name.equalsIgnoreCase(option)).findFirst();
        return found.orElse(option);
    }
}

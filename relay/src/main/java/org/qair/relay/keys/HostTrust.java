package org.qair.relay.keys;

import java.security.PublicKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.sshd.common.config.keys.OpenSshCertificate;

/**
 * Which host keys an SSH server may show. One that shows another is not talked to.
 *
 * @param name what a host certificate must be made out to: the host's name or address, or an alias for it
 * @param keys accepted as they are
 * @param authorities accepted as signers of host certificates
 * @param revoked never accepted, neither as a key nor as a signer
 */
public record HostTrust(String name, List<PublicKey> keys, List<PublicKey> authorities, List<PublicKey> revoked) {
    public HostTrust {
        name = name.toLowerCase(Locale.ROOT);
        keys = List.copyOf(keys);
        authorities = List.copyOf(authorities);
        revoked = List.copyOf(revoked);
        if (keys.isEmpty() && authorities.isEmpty()) {
            throw new IllegalArgumentException(
                    "no host key and no certificate authority is known for `%s`".formatted(name));
        }
    }

    /** These keys alone. */
    public static HostTrust pinned(String name, List<PublicKey> keys) {
        return new HostTrust(name, keys, List.of(), List.of());
    }

    /**
     * What is wrong with the key that the server showed and proved to have; empty when nothing is. That a certificate is made
     * out to {@link #name}, is valid now and was signed by the authority that it names is checked before.
     */
    public Optional<String> fault(PublicKey shown) {
        if (shown instanceof OpenSshCertificate certificate) {
            return fault(certificate);
        }
        String key = "host key " + SshKeys.fingerprint(shown);
        if (contains(revoked, shown)) {
            return Optional.of("its %s is revoked: someone may be in between".formatted(key));
        }
        return contains(keys, shown) ? Optional.empty() : Optional.of(unknown(key));
    }

    private Optional<String> fault(OpenSshCertificate certificate) {
        PublicKey key = certificate.getCertPubKey();
        PublicKey authority = certificate.getCaPubKey();
        String description = "host certificate for key %s, signed by %s,"
                .formatted(SshKeys.fingerprint(key), SshKeys.fingerprint(authority));
        if (contains(revoked, key) || contains(revoked, authority)) {
            return Optional.of("its %s is revoked: someone may be in between".formatted(description));
        }
        boolean accepted = contains(authorities, authority) || contains(keys, key);
        return accepted ? Optional.empty() : Optional.of(unknown(description));
    }

    private String unknown(String shown) {
        String authority = authorities.isEmpty() ? "" : "; certificate authorities: " + fingerprints(authorities);
        return "its %s is not the pinned one (%s%s): someone may be in between, or the key was changed"
                .formatted(shown, keys.isEmpty() ? "none" : fingerprints(keys), authority);
    }

    private static boolean contains(List<PublicKey> keys, PublicKey key) {
        return keys.stream().anyMatch(other -> SshKeys.same(other, key));
    }

    private static String fingerprints(List<PublicKey> keys) {
        return keys.stream().map(SshKeys::fingerprint).collect(Collectors.joining(", "));
    }
}

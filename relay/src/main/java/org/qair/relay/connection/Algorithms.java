package org.qair.relay.connection;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.sshd.client.kex.DHGClient;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.helpers.AbstractFactoryManager;
import org.apache.sshd.common.kex.AbstractKexFactoryManager;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.server.kex.DHGServer;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.HopOptions;

/**
 * What both ends offer, best first: no SHA-1, no CBC, no finite-field groups. Strict key exchange is the library's
 * default.
 */
public final class Algorithms {
    private static final List<DHFactory> KEY_EXCHANGES = List.of(
            new MlKem768X25519(),
            BuiltinDHFactories.curve25519,
            BuiltinDHFactories.curve25519_libssh,
            BuiltinDHFactories.ecdhp256,
            BuiltinDHFactories.ecdhp384,
            BuiltinDHFactories.ecdhp521);
    private static final List<NamedFactory<Cipher>> CIPHERS =
            List.of(BuiltinCiphers.aes128gcm, BuiltinCiphers.aes256gcm, BuiltinCiphers.cc20p1305_openssh);
    private static final List<NamedFactory<Mac>> MACS = List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm);
    private static final List<NamedFactory<Signature>> SIGNATURES = List.of(
            BuiltinSignatures.ed25519,
            BuiltinSignatures.nistp256,
            BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521,
            BuiltinSignatures.rsaSHA512,
            BuiltinSignatures.rsaSHA256);
    private static final List<NamedFactory<Signature>> CERTIFICATES = List.of(
            BuiltinSignatures.ed25519_cert,
            BuiltinSignatures.nistp256_cert,
            BuiltinSignatures.nistp384_cert,
            BuiltinSignatures.nistp521_cert,
            BuiltinSignatures.rsaSHA512_cert,
            BuiltinSignatures.rsaSHA256_cert);

    private Algorithms() {}

    static void client(AbstractFactoryManager client) {
        common(client);
        client.setSignatureFactories(signatures());
        client.setKeyExchangeFactories(exchanges(DHGClient::newFactory));
    }

    public static void server(AbstractFactoryManager server) {
        common(server);
        server.setKeyExchangeFactories(exchanges(DHGServer::newFactory));
    }

    /** Offers on this connection only what the options leave. */
    static void restrict(AbstractKexFactoryManager session, HopOptions options) {
        if (!options.keyExchanges().isEmpty()) {
            List<KeyExchangeFactory> all = exchanges(DHGClient::newFactory);
            session.setKeyExchangeFactories(choose("KexAlgorithms", options.keyExchanges(), all));
        }
        if (!options.ciphers().isEmpty()) {
            session.setCipherFactories(choose("Ciphers", options.ciphers(), CIPHERS));
        }
        if (!options.macs().isEmpty()) {
            session.setMacFactories(choose("MACs", options.macs(), MACS));
        }
    }

    /** Whether what was agreed is open to dropped messages (CVE-2023-48795) unless the key exchange is strict. */
    static boolean needsStrictExchange(Map<KexProposalOption, String> agreed) {
        return Stream.of(KexProposalOption.C2SENC, KexProposalOption.S2CENC)
                .anyMatch(direction -> BuiltinCiphers.Constants.CC20P1305_OPENSSH.equals(agreed.get(direction)));
    }

    /** The signatures to log in with at a hop. */
    static List<NamedFactory<Signature>> loginSignatures(HopOptions options) {
        if (options.loginAlgorithms().isEmpty()) {
            return signatures();
        }
        return signatures().stream()
                .filter(signature -> options.loginAlgorithms().contains(signature.getName()))
                .toList();
    }

    /**
     * The host-key algorithms to ask for: certificates when an authority is known, those of the known keys, and the rest, so
     * that a server with none of these is refused with what it showed.
     */
    static String hostKeyOrder(Hop hop) {
        Set<String> order = new LinkedHashSet<>();
        if (!hop.trust().authorities().isEmpty()) {
            CERTIFICATES.forEach(certificate -> order.add(certificate.getName()));
        }
        for (PublicKey key : hop.trust().keys()) {
            String type = KeyUtils.getKeyType(key);
            SIGNATURES.stream()
                    .map(NamedResource::getName)
                    .filter(name -> type.equals(KeyUtils.getCanonicalKeyType(name)))
                    .forEach(order::add);
        }
        SIGNATURES.forEach(signature -> order.add(signature.getName()));
        List<String> wanted = hop.options().hostKeyAlgorithms();
        List<String> chosen = order.stream()
                .filter(name -> wanted.isEmpty() || wanted.contains(name))
                .toList();
        if (chosen.isEmpty()) {
            throw none("HostKeyAlgorithms", wanted);
        }
        return String.join(",", chosen);
    }

    private static <T extends NamedResource> List<T> choose(String option, List<String> wanted, List<T> had) {
        List<T> chosen = wanted.stream()
                .flatMap(name -> had.stream().filter(one -> one.getName().equals(name)))
                .toList();
        if (chosen.isEmpty()) {
            throw none(option, wanted);
        }
        return chosen;
    }

    private static IllegalArgumentException none(String option, List<String> wanted) {
        return new IllegalArgumentException(
                "`%s %s`: none of these is one that this transport has".formatted(option, String.join(",", wanted)));
    }

    private static List<NamedFactory<Signature>> signatures() {
        List<NamedFactory<Signature>> all = new ArrayList<>(SIGNATURES);
        all.addAll(CERTIFICATES);
        return all;
    }

    private static void common(AbstractFactoryManager manager) {
        manager.setCipherFactories(CIPHERS);
        manager.setMacFactories(MACS);
        manager.setCompressionFactories(List.of(BuiltinCompressions.none));
        manager.setSignatureFactories(SIGNATURES);
    }

    private static List<KeyExchangeFactory> exchanges(Function<DHFactory, KeyExchangeFactory> side) {
        return KEY_EXCHANGES.stream().filter(DHFactory::isSupported).map(side).toList();
    }
}

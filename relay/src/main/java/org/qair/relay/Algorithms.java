package org.qair.relay;

import java.security.PublicKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.sshd.client.kex.DHGClient;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.helpers.AbstractFactoryManager;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.server.kex.DHGServer;

/**
 * What both ends offer, best first: no SHA-1, no CBC, no finite-field groups. Strict key exchange is the library's
 * default.
 */
final class Algorithms {
    private static final List<DHFactory> KEY_EXCHANGES = List.of(
            new MlKem768X25519(),
            BuiltinDHFactories.curve25519,
            BuiltinDHFactories.curve25519_libssh,
            BuiltinDHFactories.ecdhp256,
            BuiltinDHFactories.ecdhp384,
            BuiltinDHFactories.ecdhp521);
    private static final List<NamedFactory<Cipher>> CIPHERS =
            List.of(BuiltinCiphers.aes128gcm, BuiltinCiphers.aes256gcm, BuiltinCiphers.cc20p1305_openssh);
    private static final List<NamedFactory<Signature>> SIGNATURES = List.of(
            BuiltinSignatures.ed25519,
            BuiltinSignatures.nistp256,
            BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521,
            BuiltinSignatures.rsaSHA512,
            BuiltinSignatures.rsaSHA256);

    private Algorithms() {}

    static void client(AbstractFactoryManager client) {
        common(client);
        client.setKeyExchangeFactories(exchanges(DHGClient::newFactory));
    }

    static void server(AbstractFactoryManager server) {
        common(server);
        server.setKeyExchangeFactories(exchanges(DHGServer::newFactory));
    }

    /** The host-key algorithms to ask for, those of the pinned keys before the rest. */
    static String hostKeyOrder(List<PublicKey> pinned) {
        Set<String> order = new LinkedHashSet<>();
        for (PublicKey key : pinned) {
            String type = KeyUtils.getKeyType(key);
            SIGNATURES.stream()
                    .map(NamedResource::getName)
                    .filter(name -> type.equals(KeyUtils.getCanonicalKeyType(name)))
                    .forEach(order::add);
        }
        SIGNATURES.stream().map(NamedResource::getName).forEach(order::add);
        return String.join(",", order);
    }

    private static void common(AbstractFactoryManager manager) {
        manager.setCipherFactories(CIPHERS);
        manager.setMacFactories(List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm));
        manager.setCompressionFactories(List.of(BuiltinCompressions.none));
        manager.setSignatureFactories(SIGNATURES);
    }

    private static List<KeyExchangeFactory> exchanges(Function<DHFactory, KeyExchangeFactory> side) {
        return KEY_EXCHANGES.stream().filter(DHFactory::isSupported).map(side).toList();
    }
}

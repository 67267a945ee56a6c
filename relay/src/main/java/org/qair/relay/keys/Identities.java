package org.qair.relay.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.auth.pubkey.KeyPairIdentity;
import org.apache.sshd.client.auth.pubkey.PublicKeyIdentity;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.signature.SignatureFactoriesManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys that are shown to one server, in OpenSSH's order: those of files that the agent has too, the agent's others, those
 * of files alone; each after its certificates. Collects what was wrong with the keys that are not among them. Made
 * for one login; not changed after that.
 */
public final class Identities {
    private final Login login;
    private final SignatureFactoriesManager signatures;
    private final List<OpenSshCertificate> certificates = new ArrayList<>();
    private final List<PublicKeyIdentity> keys = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private Identities(Login login, SignatureFactoriesManager signatures) {
        this.login = login;
        this.signatures = signatures;
    }

    /** A key file, as far as it could be read. */
    private record KeyFile(
            @Nullable PublicKey key, @Nullable KeyPair pair) {}

    /** Reads the files and asks the agent. */
    public static Identities of(Login login, SignatureFactoriesManager signatures) {
        Identities identities = new Identities(login, signatures);
        identities.collect();
        return identities;
    }

    /** One key, which is in no file. */
    public static Identities of(KeyPair key, SignatureFactoriesManager signatures) {
        Login nothing = new Login(List.of(), List.of(), Optional.empty(), true, Duration.ZERO);
        Identities identities = new Identities(nothing, signatures);
        identities.addFile(key);
        return identities;
    }

    /** In the order in which they are shown. */
    public List<PublicKeyIdentity> keys() {
        return List.copyOf(keys);
    }

    /** What was wrong, for the message when no key is accepted. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private void collect() {
        login.certificates().forEach(file -> certificate(file, true));
        login.keys().forEach(file -> certificate(Path.of(file + "-cert.pub"), false));
        List<KeyFile> files = login.keys().stream().map(this::read).toList();
        List<PublicKey> held = new ArrayList<>();
        Optional<AgentClient> agent = login.agent().map(socket -> new AgentClient(socket, login.patience()));
        agent.ifPresent(client -> held.addAll(heldBy(client)));
        for (KeyFile file : files) {
            PublicKey key = file.key();
            if (key != null && held.removeIf(other -> SshKeys.same(other, key))) {
                addHeld(agent.orElseThrow(), key);
            }
        }
        if (!login.onlyThese()) {
            held.forEach(key -> addHeld(agent.orElseThrow(), key));
        }
        files.forEach(file -> addFile(file.pair()));
    }

    private void certificate(Path file, boolean wanted) {
        try {
            certificates.add(CertificateFile.read(file));
        } catch (NoSuchFileException missing) {
            if (wanted) {
                problems.add("`%s`: no such certificate file".formatted(file));
            }
        } catch (IOException unreadable) {
            problems.add(String.valueOf(unreadable.getMessage()));
        }
    }

    private KeyFile read(Path file) {
        Path line = Path.of(file + ".pub");
        try {
            KeyPair pair = SshKeys.load(file);
            return new KeyFile(pair.getPublic(), pair);
        } catch (IOException e) {
            for (Path named : List.of(line, file)) {
                Optional<PublicKey> key = publicKey(named);
                if (key.isPresent() && login.agent().isPresent()) {
                    return new KeyFile(key.get(), null);
                }
            }
            problems.add(e instanceof NoSuchFileException ? "`%s`: no such file".formatted(file) : e.getMessage());
            return new KeyFile(null, null);
        }
    }

    private static Optional<PublicKey> publicKey(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= SshKeys.MAX_LINE) {
                return Optional.of(SshKeys.parsePublicLine(Files.readString(file)));
            }
        } catch (IOException | IllegalArgumentException e) {
            // then it is none
        }
        return Optional.empty();
    }

    private List<PublicKey> heldBy(AgentClient agent) {
        List<PublicKey> held = new ArrayList<>();
        try {
            agent.getIdentities().forEach(entry -> held.add(entry.getKey()));
        } catch (IOException | RuntimeException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        held.removeIf(key -> !SshKeys.isStrong(key));
        return held;
    }

    private void addHeld(AgentClient agent, PublicKey key) {
        for (OpenSshCertificate certificate : certificates) {
            if (SshKeys.same(certificate.getCertPubKey(), key)) {
                keys.add(new AgentIdentity(agent, certificate, key));
            }
        }
        keys.add(new AgentIdentity(agent, key, key));
    }

    private void addFile(@Nullable KeyPair pair) {
        boolean inAgent = pair != null
                && keys.stream()
                        .anyMatch(identity ->
                                SshKeys.same(identity.getKeyIdentity().getPublic(), pair.getPublic()));
        if (pair == null || inAgent) {
            return;
        }
        for (OpenSshCertificate certificate : certificates) {
            if (SshKeys.same(certificate.getCertPubKey(), pair.getPublic())) {
                keys.add(new KeyPairIdentity(signatures, signatures, new KeyPair(certificate, pair.getPrivate())));
            }
        }
        keys.add(new KeyPairIdentity(signatures, signatures, pair));
    }
}

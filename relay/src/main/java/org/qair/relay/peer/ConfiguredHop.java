package org.qair.relay.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.relay.keys.HostTrust;
import org.qair.relay.keys.Login;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.openssh.ConfigException;
import org.qair.relay.openssh.KnownHosts;
import org.qair.relay.openssh.SshConfig;
import org.qair.relay.openssh.Tokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One hop out of what OpenSSH's client would do for its host. */
final class ConfiguredHop {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredHop.class);
    private static final Duration AGENT_PATIENCE = Duration.ofSeconds(10);
    private static final String AGENT = "SSH_AUTH_SOCK";
    private static final int SSH_PORT = 22;

    private final SshConfig config;
    private final Tokens tokens;
    private final String host;
    private final int port;

    private ConfiguredHop(SshConfig config) {
        this.config = config;
        this.tokens = new Tokens(
                config, Path.of(System.getProperty("user.home")), System.getProperty("user.name"), System.getenv());
        this.host = config.value("hostname").orElse(config.alias());
        this.port = config.number("port").map(Math::toIntExact).orElse(SSH_PORT);
    }

    /** @param pinned when there are any, the only host keys that are accepted */
    static Hop of(SshConfig config, List<PublicKey> pinned) throws IOException {
        ConfiguredHop hop = new ConfiguredHop(config);
        return new Hop(
                hop.host,
                hop.port,
                config.value("user").orElse(System.getProperty("user.name")),
                hop.trust(pinned),
                hop.login(),
                hop.options());
    }

    private HostTrust trust(List<PublicKey> pinned) throws IOException {
        Optional<String> alias = config.value("hostkeyalias");
        List<Path> files = new ArrayList<>(paths("userknownhostsfile"));
        files.addAll(paths("globalknownhostsfile"));
        KnownHosts known = KnownHosts.find(files, alias.orElse(host), alias.isPresent() ? 0 : port);
        List<PublicKey> keys = pinned.isEmpty() ? usable(known.keys()) : pinned;
        List<PublicKey> authorities = pinned.isEmpty() ? usable(known.authorities()) : List.of();
        if (keys.isEmpty() && authorities.isEmpty()) {
            throw new ConfigException(
                    "no host key of `%s` port %d is known in %s: connect once with `ssh -- %s` and compare its fingerprint, or set `host-key`"
                            .formatted(alias.orElse(host), port, files, config.alias()));
        }
        List<PublicKey> revoked = new ArrayList<>(usable(known.revoked()));
        revoked.addAll(revokedKeys());
        return new HostTrust(alias.orElse(host), keys, authorities, revoked);
    }

    /** Paths separated by spaces. */
    private List<Path> paths(String option) throws ConfigException {
        List<Path> paths = new ArrayList<>();
        for (String path : config.value(option).orElse("").split(" +", -1)) {
            if (!path.isEmpty()) {
                paths.add(tokens.path(path));
            }
        }
        return paths;
    }

    /** A key of a kind that is not accepted is as good as unknown. */
    private static List<PublicKey> usable(List<String> lines) {
        List<PublicKey> keys = new ArrayList<>();
        for (String line : lines) {
            try {
                keys.add(SshKeys.parsePublicLine(line));
            } catch (IllegalArgumentException e) {
                LOG.debug("a key in known_hosts is not used: {}", e.getMessage());
            }
        }
        return keys;
    }

    /** A list of revoked keys that is not understood revokes everything. */
    private List<PublicKey> revokedKeys() throws IOException {
        Optional<String> named = config.value("revokedhostkeys");
        List<PublicKey> keys = new ArrayList<>();
        if (named.isPresent()) {
            Path file = tokens.path(named.get());
            try {
                for (String line : Files.readAllLines(file)) {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        keys.add(SshKeys.parsePublicLine(line));
                    }
                }
            } catch (IOException | IllegalArgumentException e) {
                throw new ConfigException(
                        "`RevokedHostKeys %s` cannot be followed: it must be a list of public keys: %s"
                                .formatted(file, e.getMessage()),
                        e);
            }
        }
        return keys;
    }

    private Login login() throws ConfigException {
        List<Path> keys = new ArrayList<>();
        for (String file : config.values("identityfile")) {
            Path path = tokens.path(file);
            if (!config.isUsual("identityfile") || Files.exists(path)) {
                keys.add(path);
            }
        }
        List<Path> certificates = new ArrayList<>();
        for (String file : config.values("certificatefile")) {
            certificates.add(tokens.path(file));
        }
        return new Login(keys, certificates, agent(), config.flag("identitiesonly"), AGENT_PATIENCE);
    }

    private Optional<Path> agent() throws ConfigException {
        String said = config.value("identityagent").orElse(AGENT);
        if (config.isNone("identityagent")) {
            return Optional.empty();
        }
        if (said.equals(AGENT) || (said.startsWith("$") && !said.startsWith("${"))) {
            Map<String, String> environment = System.getenv();
            String variable = said.startsWith("$") ? said.substring(1) : said;
            return Optional.ofNullable(environment.get(variable)).map(Path::of);
        }
        return Optional.of(tokens.path(said));
    }

    private HopOptions options() {
        List<String> rekey = List.of(config.value("rekeylimit").orElse("0 0").split(" ", 2));
        return new HopOptions(
                config.changedList("kexalgorithms"),
                config.changedList("hostkeyalgorithms"),
                config.changedList("ciphers"),
                config.changedList("macs"),
                config.changedList("pubkeyacceptedalgorithms"),
                family(),
                config.value("bindaddress"),
                number(rekey.getFirst()),
                Duration.ofSeconds(rekey.size() > 1 ? number(rekey.getLast()) : 0),
                config.number("requiredrsasize")
                        .map(bits -> Math.max(SshKeys.SMALLEST_RSA, Math.toIntExact(bits)))
                        .orElse(SshKeys.SMALLEST_RSA));
    }

    private HopOptions.Family family() {
        return switch (config.value("addressfamily").orElse("any")) {
            case "inet" -> HopOptions.Family.INET;
            case "inet6" -> HopOptions.Family.INET6;
            default -> HopOptions.Family.ANY;
        };
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}

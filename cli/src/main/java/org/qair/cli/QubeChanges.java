package org.qair.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is to be set on a qube. */
final class QubeChanges {
    @Option(
            names = "--relayvm",
            paramLabel = "QUBE",
            description = "For a RemoteVM: the local qube that carries calls to it.")
    private Optional<String> relayvm = Optional.empty();

    @Option(
            names = "--transport-rpc",
            paramLabel = "SERVICE",
            description = "For a RemoteVM: the relay's service that does so.")
    private Optional<String> transportRpc = Optional.empty();

    @Option(
            names = "--remote-name",
            paramLabel = "NAME",
            description = "For a RemoteVM: what it is called on its own host.")
    private Optional<String> remoteName = Optional.empty();

    @Option(
            names = "--peer",
            paramLabel = "NAME",
            description = "For a RemoteVM: the [[peer]] of qair.toml that it is behind.")
    private Optional<String> peer = Optional.empty();

    @Option(names = "--unix-user", paramLabel = "USER", description = "For a local qube: the Unix user that it is.")
    private Optional<String> unixUser = Optional.empty();

    @Option(
            names = {"-p", "--property"},
            paramLabel = "NAME=VALUE",
            description = "Any property.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(names = "--reset", paramLabel = "PROPERTY", description = "A property that goes back to its default.")
    private List<String> resets = List.of();

    @Option(names = "--tag", paramLabel = "TAG", description = "A tag to add.")
    private List<String> tags = List.of();

    @Option(names = "--untag", paramLabel = "TAG", description = "A tag to remove.")
    private List<String> untags = List.of();

    Optional<String> relayvm() {
        return relayvm.or(() -> Optional.ofNullable(properties.get("relayvm")));
    }

    Optional<String> transportRpc() {
        return transportRpc.or(() -> Optional.ofNullable(properties.get("transport_rpc")));
    }

    /** Each as {@link org.qair.host.AdminAccess#change} takes it; a new name last, since what follows would be about the old one. */
    List<String> lines() {
        Map<String, String> all = new LinkedHashMap<>();
        relayvm.ifPresent(value -> all.put("relayvm", value));
        transportRpc.ifPresent(value -> all.put("transport_rpc", value));
        remoteName.ifPresent(value -> all.put("remote_name", value));
        peer.ifPresent(value -> all.put("peer", value));
        unixUser.ifPresent(value -> all.put("unix_user", value));
        all.putAll(properties);
        Optional<String> name = Optional.ofNullable(all.remove("name"));
        List<String> lines = new ArrayList<>();
        all.forEach((property, value) -> lines.add("set %s %s".formatted(property, value)));
        resets.forEach(property -> lines.add("reset " + property));
        tags.forEach(tag -> lines.add("tag " + tag));
        untags.forEach(tag -> lines.add("untag " + tag));
        name.ifPresent(value -> lines.add("set name " + value));
        return lines;
    }
}

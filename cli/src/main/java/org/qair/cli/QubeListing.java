package org.qair.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.HostLayout;
import org.qair.host.RemoteState;
import org.qair.host.agents.VchanDirectory;
import org.qair.host.settings.AgentsTable;
import org.qair.host.settings.HostSettings;
import org.qair.host.settings.SettingsException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;

/** One qube in a list. */
final class QubeListing {
    private final Map<String, Object> fields = new LinkedHashMap<>();

    private QubeListing() {}

    /** Takes a line of {@code admin.vm.List} apart: {@code NAME class=C state=S uuid=U}. */
    static QubeListing of(String line, AdminAccess admin, Map<String, RemoteState> reachability)
            throws IOException, AdminRefusedException {
        QubeListing listing = new QubeListing();
        String[] words = line.split(" ", -1);
        listing.fields.put("name", words[0]);
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            listing.fields.put(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        if ("RemoteVM".equals(listing.fields.get("class"))) {
            Map<String, String> properties = admin.properties(new QubeName(words[0]));
            for (String name : new String[] {"relayvm", "transport_rpc", "remote_name"}) {
                listing.fields.put(name, properties.getOrDefault(name, ""));
            }
            RemoteState known = reachability.get(words[0]);
            if (known != null) {
                listing.fields.put("reachability", known.state());
                listing.fields.put("connections", known.connections());
                known.silence().ifPresent(time -> listing.fields.put("silent_ms", time.toMillis()));
                known.reason().ifPresent(reason -> listing.fields.put("unreachable_because", reason));
            }
        }
        return listing;
    }

    Map<String, Object> fields() {
        return fields;
    }

    /** What is shown of a qube that has an agent: where that is expected. */
    static Map<String, String> agent(HostLayout layout, String qid) throws IOException, SettingsException {
        AgentsTable agents = HostSettings.read(layout.settings()).agents();
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("vchan_domain", qid);
        shown.put(
                "vchan_directory",
                VchanDirectory.of(agents.vchanDirectory().orElse(layout.vchans()), Integer.parseInt(qid))
                        .toString());
        return shown;
    }

    String text() {
        String remote = fields.containsKey("relayvm")
                ? "  by %s with %s%s%s"
                        .formatted(fields.get("relayvm"), fields.get("transport_rpc"), elsewhere(), reachability())
                : "";
        String agent = fields.containsKey("agent") ? "  agent " + fields.get("agent") : "";
        return "%-24s %-12s %s%s%s"
                .formatted(fields.get("name"), fields.get("class"), fields.get("state"), agent, remote);
    }

    private String reachability() {
        String reason = word("unreachable_because");
        String state = word("reachability");
        return (state.isEmpty() ? "" : ", " + state) + (reason.isEmpty() ? "" : ": " + Printable.line(reason));
    }

    private String elsewhere() {
        String remoteName = word("remote_name");
        return remoteName.isEmpty() || remoteName.equals(fields.get("name")) ? "" : ", there called " + remoteName;
    }

    private String word(String field) {
        return fields.getOrDefault(field, "").toString();
    }
}

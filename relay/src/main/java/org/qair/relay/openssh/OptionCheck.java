package org.qair.relay.openssh;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.qair.policy.Printable;

/**
 * Refuses what the transport does not follow and what changes who is trusted, how or with what. An option that is neither
 * followed nor known to be harmless must have the value that it has without configuration; so a newer OpenSSH's options
 * are refused by name when they are used.
 */
final class OptionCheck {
    /** Followed by the transport. */
    private static final Set<String> FOLLOWED = Set.of(
            "host",
            "hostname",
            "port",
            "user",
            "identityfile",
            "identitiesonly",
            "identityagent",
            "certificatefile",
            "proxyjump",
            "userknownhostsfile",
            "globalknownhostsfile",
            "revokedhostkeys",
            "hostkeyalias",
            "hostkeyalgorithms",
            "kexalgorithms",
            "ciphers",
            "macs",
            "pubkeyacceptedalgorithms",
            "requiredrsasize",
            "addressfamily",
            "bindaddress",
            "connecttimeout",
            "serveraliveinterval",
            "serveralivecountmax",
            "rekeylimit");

    /**
     * Without effect on who is trusted with what: they add what the transport does not do (forwarding, terminals, passwords,
     * GSSAPI, a local control socket), were applied by {@code ssh -G} already, or only change how a person is talked to.
     */
    private static final Set<String> HARMLESS = Set.of(
            "addkeystoagent",
            "batchmode",
            "canonicaldomains",
            "canonicalizefallbacklocal",
            "canonicalizehostname",
            "canonicalizemaxdots",
            "canonicalizepermittedcnames",
            "channeltimeout",
            "clearallforwardings",
            "compression",
            "connectionattempts",
            "controlmaster",
            "controlpath",
            "controlpersist",
            "dynamicforward",
            "enableescapecommandline",
            "enablesshkeysign",
            "escapechar",
            "exitonforwardfailure",
            "fingerprinthash",
            "forkafterauthentication",
            "forwardagent",
            "forwardx11",
            "forwardx11timeout",
            "forwardx11trusted",
            "gatewayports",
            "gssapiauthentication",
            "gssapiclientidentity",
            "gssapidelegatecredentials",
            "gssapikexalgorithms",
            "gssapirenewalforcesrekey",
            "gssapiserveridentity",
            "gssapitrustdns",
            "hashknownhosts",
            "hostbasedacceptedalgorithms",
            "hostbasedauthentication",
            "ignoreunknown",
            "ipqos",
            "kbdinteractiveauthentication",
            "kbdinteractivedevices",
            "localforward",
            "loglevel",
            "logverbose",
            "numberofpasswordprompts",
            "obscurekeystroketiming",
            "passwordauthentication",
            "permitremoteopen",
            "proxyusefdpass",
            "remoteforward",
            "requesttty",
            "sendenv",
            "setenv",
            "stdinnull",
            "streamlocalbindmask",
            "streamlocalbindunlink",
            "syslogfacility",
            "tag",
            "tcpkeepalive",
            "tunnel",
            "tunneldevice",
            "updatehostkeys",
            "versionaddendum",
            "visualhostkey",
            "warnweakcrypto",
            "xauthlocation");

    private OptionCheck() {}

    static void check(SshConfig config) throws ConfigException {
        checkStrict(config);
        checkLogin(config);
        for (String option : config.options().keySet()) {
            boolean known = FOLLOWED.contains(option) || HARMLESS.contains(option) || CHECKED.contains(option);
            if (!known && !config.isUsual(option)) {
                throw refusal(config, option, "is not followed here");
            }
        }
    }

    /** Looked at here. */
    private static final List<String> CHECKED =
            List.of("stricthostkeychecking", "pubkeyauthentication", "preferredauthentications");

    private static void checkStrict(SshConfig config) throws ConfigException {
        String strict = config.value("stricthostkeychecking").orElse("ask").toLowerCase(Locale.ROOT);
        if (!List.of("ask", "yes", "true").contains(strict)) {
            throw refusal(
                    config, "stricthostkeychecking", "is not followed: host keys are always checked, set it to yes");
        }
    }

    private static void checkLogin(SshConfig config) throws ConfigException {
        String publicKey = config.value("pubkeyauthentication").orElse("yes").toLowerCase(Locale.ROOT);
        if (publicKey.equals("no") || publicKey.equals("false")) {
            throw refusal(config, "pubkeyauthentication", "leaves no way to log in: there is no other than by key");
        }
        boolean preferred = config.value("preferredauthentications")
                .map(methods -> List.of(methods.split(",", -1)).contains("publickey"))
                .orElse(true);
        if (!preferred) {
            throw refusal(config, "preferredauthentications", "leaves no way to log in: add publickey");
        }
    }

    private static ConfigException refusal(SshConfig config, String option, String why) {
        return new ConfigException("`%s %s` in the ssh_config for `%s` %s"
                .formatted(
                        OptionNames.proper(option),
                        Printable.of(String.join(" ", config.options().getOrDefault(option, List.of()))),
                        config.alias(),
                        why));
    }
}

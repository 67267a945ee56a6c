package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.Security;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.relay.keys.SshKeys;

/** Bouncy Castle, which signs statements, is on a host's class path; SSH stays with the JDK's ciphers all the same. */
class CipherProviderTest {
    @Test
    void sshUsesTheJdksCiphers(@TempDir Path directory) throws Exception {
        SshKeys.loadOrCreate(directory.resolve("key"), "a key");
        assertThat(SecurityUtils.isBouncyCastleRegistered()).isFalse();
        assertThat(SecurityUtils.getCipher("AES/GCM/NoPadding").getProvider().getName())
                .isEqualTo("SunJCE");
        assertThat(Security.getProvider("BC")).isNull();
    }
}

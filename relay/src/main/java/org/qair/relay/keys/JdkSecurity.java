package org.qair.relay.keys;

import java.security.Provider;
import java.security.Security;
import java.util.Optional;
import org.apache.sshd.common.util.security.AbstractSecurityProviderRegistrar;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSASupport;

/** Tells the SSH library, once, that the JDK has Ed25519. Must come before its first use of a key. */
public final class JdkSecurity extends AbstractSecurityProviderRegistrar {
    private static final JdkSecurity INSTANCE = new JdkSecurity();

    private JdkSecurity() {
        super(SecurityUtils.EDDSA);
    }

    /**
     * May be called any number of times, from any thread. What else of cryptography lies on the class path is not for the library: it
     * would take Bouncy Castle's ciphers before the JDK's, which are several times as fast.
     */
    public static void install() {
        System.setProperty(SecurityUtils.SECURITY_PROVIDER_REGISTRARS, "none");
        SecurityUtils.registerSecurityProvider(INSTANCE);
        if (!SecurityUtils.isEDDSACurveSupported()) {
            throw new IllegalStateException("the SSH library does not accept the JDK's Ed25519");
        }
    }

    @Override
    public Provider getSecurityProvider() {
        return Security.getProvider("SunEC");
    }

    @Override
    public boolean isSupported() {
        return true;
    }

    /** Signatures and key factories are found through the JDK as ever; only the key format is ours. */
    @Override
    public boolean isSecurityEntitySupported(Class<?> type, String name) {
        return false;
    }

    @Override
    public Optional<EdDSASupport<?, ?>> getEdDSASupport() {
        return Optional.of(new Ed25519Support());
    }
}

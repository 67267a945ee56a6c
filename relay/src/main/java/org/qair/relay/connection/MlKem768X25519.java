package org.qair.relay.connection;

import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.digest.Digest;
import org.apache.sshd.common.kex.AbstractDH;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.KeyEncapsulationMethod;
import org.apache.sshd.common.kex.MontgomeryCurve;
import org.apache.sshd.common.kex.XDH;

/** The hybrid post-quantum key exchange {@code mlkem768x25519-sha256}: both ML-KEM-768 and X25519 must be broken. */
final class MlKem768X25519 implements DHFactory {
    static final String NAME = "mlkem768x25519-sha256";

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public boolean isGroupExchange() {
        return false;
    }

    @Override
    public boolean isSupported() {
        return MontgomeryCurve.x25519.isSupported();
    }

    @Override
    public AbstractDH create(Object... parameters) throws Exception {
        return new Hybrid();
    }

    private static final class Hybrid extends XDH {
        Hybrid() throws Exception {
            super(MontgomeryCurve.x25519, true);
        }

        @Override
        public KeyEncapsulationMethod getKeyEncapsulation() {
            return new MlKem768();
        }

        @Override
        public Digest getHash() {
            return BuiltinDigests.sha256.create();
        }
    }
}

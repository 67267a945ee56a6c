package org.qair.channel.vsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class VsockAddressTest {
    @Test
    void isLaidOutAsTheKernelReadsIt() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(VsockAddress.SIZE, 4);
            bytes.fill((byte) 0xee);
            new VsockAddress(3, 0x0201).put(bytes);
            assertThat(HexFormat.of().formatHex(bytes.toArray(ValueLayout.JAVA_BYTE)))
                    .as("u16 family, u16 reserved, u32 port, u32 cid, zeros: linux/vm_sockets.h")
                    .isEqualTo("28000000" + "01020000" + "03000000" + "00000000");
            assertThat(VsockAddress.get(bytes)).isEqualTo(new VsockAddress(3, 0x0201));
        }
    }

    @Test
    void numbersAreUnsigned() {
        assertThat(new VsockAddress(VsockAddress.ANY_CID, -2)).hasToString("CID 4294967295 port 4294967294");
        assertThat(new VsockAddress(2, -1).isPrivileged()).isFalse();
        assertThat(new VsockAddress(2, 1023).isPrivileged()).isTrue();
        assertThat(new VsockAddress(2, 1024).isPrivileged()).isFalse();
    }

    @Test
    void absenceIsToldFromOtherFailures() {
        assertThat(Errno.isAbsence(Errno.ECONNRESET)).isTrue();
        assertThat(Errno.isAbsence(Errno.ENODEV)).isTrue();
        assertThat(Errno.isAbsence(13)).as("EACCES").isFalse();
    }
}

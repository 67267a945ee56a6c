/** Vchans of virtual machines: AF_VSOCK, and the Unix sockets that Firecracker and Cloud Hypervisor put in its place on a host. */
@NullMarked
package org.qair.channel.vsock;

import org.jspecify.annotations.NullMarked;

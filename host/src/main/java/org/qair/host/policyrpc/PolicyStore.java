package org.qair.host.policyrpc;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The files of one host's policy, as far as calls may read and change them. Names are without suffix and checked; every method but
 * {@link #lock} is called while the lock is held.
 */
public interface PolicyStore {
    /** Ends a hold of the policy's files. */
    interface Held extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /**
     * Holds the files against every other change, in whatever process.
     *
     * @throws IOException also when somebody else holds them for long
     */
    Held lock() throws IOException, InterruptedException;

    /** Where a file is or would be, as it is to be shown. */
    String path(PolicySection section, String name);

    /** The names of all files, in byte order. */
    List<String> names(PolicySection section) throws IOException;

    /**
     * A file's content; empty when there is none.
     *
     * @throws PolicyRpcException when the file is a link to elsewhere
     */
    Optional<byte[]> read(PolicySection section, String name) throws IOException, PolicyRpcException;

    /** What would be wrong with the policy if that file had that content, or were not there; {@code file:line: message} each. */
    List<String> objections(PolicySection section, String name, Optional<byte[]> content);

    /** Puts a file in its place, whole and on disk. */
    void write(PolicySection section, String name, byte[] content) throws IOException;

    /** Takes a file away. */
    void delete(PolicySection section, String name) throws IOException;

    /** Is told after each change, before the lock is given up. */
    void changed();

    /**
     * The files that have rules about a service, in the order of the rules.
     *
     * @throws PolicyRpcException when the policy is broken
     */
    List<String> filesAbout(String service) throws PolicyRpcException;
}

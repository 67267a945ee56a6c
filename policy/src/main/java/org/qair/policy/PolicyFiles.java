package org.qair.policy;

import java.util.List;
import java.util.Optional;

/**
 * The files that policy is read from; the one thing that parsing needs from outside. Paths are the file system's;
 * {@link #rootFiles} has applied neither the name rules nor the shadowing, the parser does. What exists and cannot be read
 * is an {@link java.io.UncheckedIOException}; the parser makes a syntax error of it, so that it denies.
 */
public interface PolicyFiles {
    /** The entries of {@code run/qubes/policy.d} and {@code etc/qubes/policy.d}, whatever their names, in no order. */
    List<PolicyFile> rootFiles();

    /** A file that {@code !include} names: relative to the policy directory, or absolute. Empty when there is none. */
    Optional<PolicyFile> file(String path);

    /** The files of a directory that {@code !include-dir} or {@code !compat-4.0} names; empty when there is no such directory. */
    Optional<List<PolicyFile>> directory(String path);

    /** {@link #file} as {@code from} means it: a relative path is relative to the policy directory that led to {@code from}. */
    default Optional<PolicyFile> file(PolicyFile from, String path) {
        return file(path);
    }

    /** {@link #directory} as {@code from} means it. */
    default Optional<List<PolicyFile>> directory(PolicyFile from, String path) {
        return directory(path);
    }

    /**
     * One file, read whole.
     *
     * @param path as it is to be shown in {@code file:line}
     * @param name its last component
     * @param volatileRoot whether it is in {@code /run}, and so shadows its namesake in {@code /etc}
     */
    @SuppressWarnings("ArrayRecordComponent") // read once by the parser, which must see bytes that are not UTF-8
    record PolicyFile(String path, String name, boolean volatileRoot, byte[] content) {}
}

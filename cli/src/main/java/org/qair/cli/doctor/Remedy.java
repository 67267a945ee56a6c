package org.qair.cli.doctor;

/**
 * A command that mends something. What its reader has to fill in is in capitals.
 *
 * @param there whether it is for the far host
 * @param command for a shell
 */
public record Remedy(boolean there, String command) {
    static Remedy there(String command) {
        return new Remedy(true, command);
    }
}

package org.qair.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code qair --version} prints: the version that the jar's manifest has. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"qair " + (version == null ? "(not packaged)" : version)};
    }
}

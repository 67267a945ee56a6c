package org.qair.host.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The reading side of the audit, of a running host or a stopped one. Not safe for use by several threads at once. */
public final class AuditReader implements AutoCloseable {
    private static final String SELECT =
            "select * from (select * from calls order by number desc limit ?) order by number";

    private final Connection connection;

    private AuditReader(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens the database for reading.
     *
     * @throws AuditException when there is none or it cannot be read
     */
    public static AuditReader open(Path database) {
        if (!Files.exists(database)) {
            throw new AuditException(
                    "no audit at `%s`: no host has run there yet".formatted(database), new IllegalStateException());
        }
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
            connection.createStatement().execute("pragma busy_timeout = 10000");
            connection.createStatement().execute("pragma query_only = true");
            return new AuditReader(connection);
        } catch (SQLException broken) {
            throw new AuditException("audit `%s` cannot be read".formatted(database), broken);
        }
    }

    /** The last {@code limit} calls, the oldest first. */
    public List<AuditRecord> last(int limit) {
        try (PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setInt(1, limit);
            List<AuditRecord> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(AuditTable.read(rows));
                }
            }
            return found;
        } catch (SQLException broken) {
            throw new AuditException("the audit cannot be read", broken);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException broken) {
            throw new AuditException("closing the audit", broken);
        }
    }
}

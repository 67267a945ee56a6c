package org.qair.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Brings a registry's tables from any earlier version to this one, each step in a transaction of its own. */
final class Migrations {
    /** In `PRAGMA application_id`, so that no other SQLite file is taken for a registry: "qair". */
    private static final int APPLICATION_ID = 0x71616972;

    /** Step N brings version N to N + 1. Never change one that was released. */
    private static final List<List<String>> STEPS = List.of(List.of(
            "PRAGMA application_id = " + APPLICATION_ID,
            """
            CREATE TABLE qube (
                uuid TEXT NOT NULL PRIMARY KEY,
                qid INTEGER NOT NULL UNIQUE,
                name TEXT NOT NULL UNIQUE,
                klass TEXT NOT NULL
            ) STRICT""",
            attribute("property"),
            attribute("tag"),
            attribute("feature"),
            "CREATE TABLE global (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT",
            """
            CREATE TABLE label (
                id INTEGER NOT NULL PRIMARY KEY,
                name TEXT NOT NULL UNIQUE,
                color TEXT NOT NULL
            ) STRICT""",
            "CREATE TABLE counter (next_qid INTEGER NOT NULL) STRICT",
            "INSERT INTO counter VALUES (1)"));

    private Migrations() {}

    static void run(Connection connection, Path database) throws SQLException, IOException {
        int version = pragma(connection, "user_version");
        if (pragma(connection, "application_id") != APPLICATION_ID && !isEmpty(connection)) {
            throw new IOException("`%s` is a SQLite file, but no registry".formatted(database));
        }
        if (version > STEPS.size()) {
            throw new IOException(
                    "the registry `%s` has schema version %d, made by a newer qair; this one knows versions up to %d"
                            .formatted(database, version, STEPS.size()));
        }
        for (int step = version; step < STEPS.size(); step++) {
            migrate(connection, step);
        }
    }

    private static void migrate(Connection connection, int step) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : STEPS.get(step)) {
                statement.execute(sql);
            }
            statement.execute("PRAGMA user_version = " + (step + 1));
        }
        connection.commit();
    }

    private static boolean isEmpty(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
            return row.getInt(1) == 0;
        }
    }

    private static int pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            return row.getInt(1);
        }
    }

    private static String attribute(String table) {
        return """
                CREATE TABLE %s (
                    uuid TEXT NOT NULL REFERENCES qube ON DELETE CASCADE,
                    name TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (uuid, name)
                ) STRICT, WITHOUT ROWID""".formatted(table);
    }
}

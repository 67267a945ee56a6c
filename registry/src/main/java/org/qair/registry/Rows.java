package org.qair.registry;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

/** The registry's tables, read and written. */
final class Rows {
    private Rows() {}

    static boolean hasAdminVm(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM qube WHERE qid = 0");
                ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    static void insert(Connection connection, QubeRecord qube) throws SQLException {
        String uuid = qube.uuid().toString();
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO qube (uuid, qid, name, klass) VALUES (?, ?, ?, ?)")) {
            insert.setString(1, uuid);
            insert.setInt(2, qube.qid());
            insert.setString(3, qube.name().value());
            insert.setString(4, qube.klass().name());
            insert.executeUpdate();
        }
        insertAttributes(connection, "property", uuid, qube.properties());
        insertAttributes(connection, "feature", uuid, qube.features());
        SortedMap<String, String> tags = new TreeMap<>();
        qube.tags().forEach(tag -> tags.put(tag, ""));
        insertAttributes(connection, "tag", uuid, tags);
    }

    private static void insertAttributes(
            Connection connection, String table, String uuid, SortedMap<String, String> values) throws SQLException {
        if (values.isEmpty()) {
            return;
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + table + " (uuid, name, value) VALUES (?, ?, ?)")) {
            for (Map.Entry<String, String> value : values.entrySet()) {
                insert.setString(1, uuid);
                insert.setString(2, value.getKey());
                insert.setString(3, value.getValue());
                insert.executeUpdate();
            }
        }
    }

    /** Removes a qube; its properties, tags and features go with it. */
    static void delete(Connection connection, UUID uuid) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM qube WHERE uuid = ?")) {
            delete.setString(1, uuid.toString());
            delete.executeUpdate();
        }
    }

    /** Writes the host's own properties anew. */
    static void replaceGlobals(Connection connection, Map<String, String> global) throws SQLException {
        execute(connection, "DELETE FROM global");
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO global (name, value) VALUES (?, ?)")) {
            for (Map.Entry<String, String> value : global.entrySet()) {
                insert.setString(1, value.getKey());
                insert.setString(2, value.getValue());
                insert.executeUpdate();
            }
        }
    }

    /** Writes the labels anew. */
    static void replaceLabels(Connection connection, Collection<Label> labels) throws SQLException {
        execute(connection, "DELETE FROM label");
        for (Label label : labels) {
            insertLabel(connection, label);
        }
    }

    static void setNextQid(Connection connection, int nextQid) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE counter SET next_qid = ?")) {
            update.setInt(1, nextQid);
            update.executeUpdate();
        }
    }

    static void insertLabel(Connection connection, Label label) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO label (id, name, color) VALUES (?, ?, ?)")) {
            insert.setInt(1, label.index());
            insert.setString(2, label.name());
            insert.setString(3, label.color());
            insert.executeUpdate();
        }
    }

    static RegistrySnapshot load(Connection connection) throws SQLException {
        Map<String, SortedMap<String, String>> properties = attributes(connection, "property");
        Map<String, SortedMap<String, String>> tags = attributes(connection, "tag");
        Map<String, SortedMap<String, String>> features = attributes(connection, "feature");
        NavigableMap<QubeName, QubeRecord> qubes = new TreeMap<>(RegistrySnapshot.ORDER);
        try (PreparedStatement select = connection.prepareStatement("SELECT uuid, qid, name, klass FROM qube");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                String uuid = row.getString(1);
                QubeName name = new QubeName(row.getString(3));
                qubes.put(
                        name,
                        new QubeRecord(
                                name,
                                UUID.fromString(uuid),
                                row.getInt(2),
                                QubeType.valueOf(row.getString(4)),
                                properties.getOrDefault(uuid, new TreeMap<>()),
                                new TreeSet<>(
                                        tags.getOrDefault(uuid, new TreeMap<>()).keySet()),
                                features.getOrDefault(uuid, new TreeMap<>())));
            }
        }
        return RegistrySnapshot.of(qubes, globals(connection), labels(connection), nextQid(connection));
    }

    private static Map<String, SortedMap<String, String>> attributes(Connection connection, String table)
            throws SQLException {
        Map<String, SortedMap<String, String>> found = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT uuid, name, value FROM " + table);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.computeIfAbsent(row.getString(1), uuid -> new TreeMap<>())
                        .put(row.getString(2), row.getString(3));
            }
        }
        return found;
    }

    private static Map<String, String> globals(Connection connection) throws SQLException {
        Map<String, String> found = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT name, value FROM global");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.put(row.getString(1), row.getString(2));
            }
        }
        return found;
    }

    private static Map<String, Label> labels(Connection connection) throws SQLException {
        Map<String, Label> found = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT id, color, name FROM label");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.put(row.getString(3), new Label(row.getInt(1), row.getString(2), row.getString(3)));
            }
        }
        return found;
    }

    private static int nextQid(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT next_qid FROM counter");
                ResultSet row = select.executeQuery()) {
            return row.getInt(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
        }
    }
}

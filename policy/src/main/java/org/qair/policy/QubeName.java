package org.qair.policy;

/**
 * The checked name of a qube: a letter, then letters, digits, {@code _ . -}; 1 to 63 bytes (a name field of qrexec is 64
 * bytes with its NUL). Keywords ({@code @default}) and {@code uuid:} names are no qube names.
 */
public record QubeName(String value) implements Comparable<QubeName> {
    /** The longest name, in bytes. */
    public static final int MAX_LENGTH = 63;

    /** The host itself: the AdminVM. */
    public static final QubeName DOM0 = new QubeName("dom0");

    /** @throws InvalidNameException naming the byte when {@code value} is no qube name */
    public QubeName {
        if (value.isEmpty()) {
            throw new InvalidNameException("a qube name is empty");
        }
        Characters.check("qube name", value, "");
        if (!Characters.isNameLetter(value.charAt(0))) {
            throw new InvalidNameException(
                    "qube name `%s` does not start with a letter".formatted(Printable.of(value)));
        }
        if (value.length() > MAX_LENGTH) {
            throw new InvalidNameException("qube name `%s` has %d bytes, the limit is %d"
                    .formatted(Printable.of(value), value.length(), MAX_LENGTH));
        }
    }

    @Override
    public int compareTo(QubeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

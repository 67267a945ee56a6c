package org.qair.cli.doctor;

/** A layer is broken, and nothing that rests on it is looked at. */
final class BrokenLayerException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenLayerException(String message) {
        super(message);
    }
}

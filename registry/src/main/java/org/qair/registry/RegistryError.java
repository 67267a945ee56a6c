package org.qair.registry;

/**
 * The kind of a refusal; the constants are the class names that the field's tools know (`qubes.exc`), so that a client can
 * act on them.
 */
public enum RegistryError {
    QubesVMNotFoundError,
    QubesVMInvalidUUIDError,
    QubesVMAlreadyExistsError,
    QubesVMInUseError,
    QubesVMError,
    QubesVMNotHaltedError,
    QubesVMNotStartedError,
    QubesVMNotPausedError,
    QubesVMNotSuspendedError,
    QubesValueError,
    QubesPropertyValueError,
    QubesNoSuchPropertyError,
    QubesFeatureNotFoundError,
    QubesTagNotFoundError,
    QubesLabelNotFoundError,
    QubesLabelInUseError,
    QubesNotImplementedError,
    QubesException
}

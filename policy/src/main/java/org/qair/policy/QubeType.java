package org.qair.policy;

/** The class of a qube; the constants are spelt as the field spells them. */
public enum QubeType {
    AdminVM,
    TemplateVM,
    AppVM,
    StandaloneVM,
    DispVM,
    RemoteVM
}

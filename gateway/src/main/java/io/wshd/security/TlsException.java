package io.wshd.security;

/** A listener cannot speak TLS. The message is for the operator: the file, what is wrong, what is expected. */
public final class TlsException extends Exception {

    TlsException(String message) {
        super(message);
    }
}

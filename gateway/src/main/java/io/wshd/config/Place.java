package io.wshd.config;

/**
 * Where a value stands, for complaints about it.
 *
 * @param file the file as the user named it, or the option of the command line that gave the value, such as
 *     {@code --set http.idle-timeout=5s}, or null when the value came from elsewhere
 * @param line counted from 1; 0 when unknown
 * @param path the key path in HOCON notation, such as {@code hosts."*".routes."/app".proxy}
 */
public record Place(String file, int line, String path) {

    /** The form that opens every complaint: {@code conf/gateway.conf:14: hosts."*".routes."/app".proxy}. */
    @Override
    public String toString() {
        if (file == null) {
            return path;
        }
        return line > 0 ? file + ":" + line + ": " + path : file + ": " + path;
    }
}

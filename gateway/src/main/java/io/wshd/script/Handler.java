package io.wshd.script;

/** One loaded version of a script. Safe for use by any number of connections at once. */
public interface Handler {

    /**
     * Asks the script whether to accept a WebSocket. Blocks as long as the script's handshake hook does: call it on a
     * thread of the script's interpreter. Errors of the script are in the result, not thrown.
     */
    Opening open(Upgrade upgrade) throws InterruptedException;

    /** The files that this version was made from besides the script itself; may grow while it runs. */
    Imports imports();

    /** No connection uses this version any more, and none will: frees what it holds. */
    void close();
}

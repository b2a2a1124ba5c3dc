// Sends back what it receives; the message "Goodbye" is sent back and then ends the connection.
//
// The file's name makes the address: handlers/js_echo_wsh.mjs answers at /js_echo. Save a change, and the next
// connection gets it; connections that are open finish on the version that they started with.

// A script has one world of its own, and all its connections share it: this counts them since the script was loaded.
// A saved change is a new world: the count starts anew. Nothing here runs at the same time as anything else of this
// script, so no lock is needed; other connections get their turn at each `await`.
let connections = 0;

/**
 * Called before a connection is accepted. It may look at `request`, and refuse by throwing.
 *
 * The next line tells editors what `request` is, so that they complete what is typed; it changes nothing otherwise.
 * @type {import("wshd").HandshakeHook}
 */
export async function webSocketDoExtraHandshake(request) {
  connections += 1;
}

/**
 * Called once for each connection that was accepted. The connection is closed when it returns.
 * @type {import("wshd").TransferHook}
 */
export async function webSocketTransferData(request) {
  // The loop waits for messages; it ends when the other side closes. A text message is a string, a binary one a
  // Uint8Array.
  for await (const message of request.stream) {
    // Awaiting each send keeps this at the pace of the reader: a slow one holds up only its own connection.
    await request.stream.send(message);
    if (message === "Goodbye") {
      return;
    }
    if (message === "count") {
      await request.stream.send(`connection ${connections} since this version was loaded`);
    }
  }
}

// @PATH@: answers each message of a client.
//
// Save this file while the gateway runs: the next connection has the new version, and those that are open go on with
// theirs. If it does not load, the log says why, and the version before goes on.

import { log } from "wshd";

/** @type {import("wshd").HandshakeHook} */
export async function webSocketDoExtraHandshake(request) {
  // Called before a client is accepted. To refuse it, throw something: it gets 403.
  // What it has sent is in request.headers, such as request.headers.get("Cookie").
}

/** @type {import("wshd").TransferHook} */
export async function webSocketTransferData(request) {
  // Called once for each client. Each "await" lets the others have their turn.
  log.info(`${request.remoteAddress.host} is here`);
  for await (const message of request.stream) { // a string, or a Uint8Array for a binary message
    await request.stream.send(typeof message === "string" ? `You said: ${message}` : message);
    // To all who are connected to this script: import { broadcast } from "wshd", and broadcast("news").
  }
  // The client has closed.
}

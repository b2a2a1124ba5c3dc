// A chat room: whatever one client says, all of them get. It answers at /js_chat.
//
// broadcast() reaches every connection of this script, also those of its earlier versions: saving a change splits no
// room. It waits for nobody; a client that reads too slowly for the others is closed.

import { broadcast, connections, log } from "wshd";

/** @type {import("wshd").HandshakeHook} */
export async function webSocketDoExtraHandshake(request) {
}

/** @type {import("wshd").TransferHook} */
export async function webSocketTransferData(request) {
  log.info("joined, now there are %d", connections().length);
  for await (const message of request.stream) {
    if (typeof message === "string") {
      broadcast(message);
    }
  }
  log.info("left");
}

// Words for what went wrong and what to do about it.

// The codes of RFC 6455 section 7.4.1 and of the registry that it founded.
const MEANINGS = {
  1000: "done, as agreed.",
  1001: "the other side is going away.",
  1002: "protocol error.",
  1003: "this kind of data is not accepted.",
  1005: "closed without saying why.",
  1006: "the connection broke off or never came to be.",
  1007: "text that is not UTF-8.",
  1008: "refused by a rule.",
  1009: "the message is too big.",
  1010: "an extension was missing.",
  1011: "the handler failed.",
  1012: "restarting: connect again.",
  1013: "try again later.",
  1014: "bad answer from the server behind.",
  1015: "TLS failed.",
};

export function closeCodeMeaning(code) {
  return MEANINGS[code] ?? (code >= 4000 ? "a code of the handler's own." : "a registered code.");
}

/** What to check after a close event: paragraphs of text, none if all went well. */
export async function whatToCheck(event, address, opened) {
  const url = new URL(address);
  if (!opened) {
    return url.host === location.host ? ownGateway(url) : elsewhere(url);
  }
  if (event.code === 1009) {
    return ["The server takes no longer messages. In wshd that is websocket.max-message in conf/gateway.conf."];
  }
  if (event.code === 1011) {
    return ["The handler raised an exception. The gateway's console shows it with file and line."];
  }
  if (event.code === 1006) {
    return ["It ended without a close frame: the handler failed (see the gateway's console), the gateway was "
      + "stopped, or the network broke."];
  }
  return [];
}

async function ownGateway(url) {
  if (!(await gatewayAnswers())) {
    return ["The gateway does not answer any more. Start it again: bin/wshd"];
  }
  return [
    `The gateway answers, but not with a WebSocket at ${url.pathname}. Check:`,
    `1. Is there a handlers${url.pathname}_wsh.py, or the same with .mjs?`,
    "2. Did it load? The gateway's console names file and line of a mistake.",
    "3. Did its handshake function refuse: an exception, or none of your subprotocols chosen?",
  ];
}

function elsewhere(url) {
  return [
    `No WebSocket at ${url.href}. Check:`,
    `1. Does a server listen at ${url.host}? And with TLS? ws:// is without, wss:// is with.`,
    `2. Does it accept pages of another origin? This page's origin is ${location.origin}; in wshd, add it to `
      + "the route's origins.",
  ];
}

/** The failed WebSocket carries no reason; whether ordinary requests still get through says half of it. */
async function gatewayAnswers() {
  try {
    await fetch(location.href, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(3000) });
    return true;
  } catch {
    return false;
  }
}

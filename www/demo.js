// Opens a WebSocket, shows what happens to it and sends what is typed.
// The heart is connect(): the rest reads the form fields and fills the page.

import { addRow, clearLog, formatBytes, logAsText } from "./log.js";
import { closeCodeMeaning, whatToCheck } from "./help.js";

const STATES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];

const field = (id) => document.getElementById(id);

let socket = null; // the newest connection; older ones may still be closing
let connections = 0; // how many were opened since the page was loaded
const counts = { open: 0, message: 0, error: 0, close: 0 };

// ---- connecting -------------------------------------------------------------------------------

function connect() {
  if (socket !== null && socket.readyState <= WebSocket.OPEN) {
    socket.close(1000, "connecting again");
  }
  showHelp([]);

  const number = connections + 1;
  let ws;
  try {
    const url = webSocketUrl(field("address").value.trim());
    const subprotocols = field("subprotocol").value.split(/[\s,]+/).filter((name) => name !== "");
    ws = new WebSocket(url, subprotocols);
  } catch (error) {
    // The browser refuses some addresses and subprotocols before anything is sent.
    showStatus("Not connected.");
    showHelp([`The browser refuses this: ${error.message}`]);
    return;
  }
  connections = number;
  socket = ws;
  ws.binaryType = "arraybuffer"; // instead of Blob, so that bytes can be shown at once
  let opened = false;
  showStatus(`Connecting to ${ws.url} …`);

  ws.onopen = () => {
    opened = true;
    const subprotocol = ws.protocol || "none";
    const extensions = ws.extensions || "none";
    happened("open", `${ws.url}; subprotocol: ${subprotocol}; extensions: ${extensions}`);
    if (ws === socket) {
      showStatus(`Connected to ${ws.url}`);
    }
  };

  ws.onmessage = (event) => {
    happened("message", event.data);
  };

  ws.onerror = () => {
    // An error event carries no reason, on purpose: pages must not be able to scan networks.
    happened("error", "no reason is given; a close event follows");
  };

  ws.onclose = async (event) => {
    const { code, reason, wasClean } = event;
    happened("close", `code ${code}, reason ${JSON.stringify(reason)}, wasClean ${wasClean}`);
    if (ws !== socket) {
      return;
    }
    showStatus(`Closed with code ${code}${reason && `, “${reason}”`}: ${closeCodeMeaning(code)}`);
    const advice = await whatToCheck(event, ws.url, opened);
    if (ws === socket) {
      showHelp(advice);
    }
  };

  function happened(event, data) {
    counts[event] += 1;
    field(`count-${event}`).textContent = counts[event];
    addRow(number, event, data);
    showState();
  }
  showState();
}

function disconnect() {
  if (socket === null || socket.readyState >= WebSocket.CLOSING) {
    showStatus("There is no open connection to close.");
    return;
  }
  try {
    socket.close(Number(field("close-code").value), field("close-reason").value);
    showStatus("Closing: waiting for the other side to agree …");
  } catch (error) {
    showHelp([`The browser refuses this: ${error.message}`]);
  }
  showState();
}

/** Turns "/echo", "host:8080/echo" or a whole URL into a WebSocket URL. */
function webSocketUrl(address) {
  const hasScheme = /^[a-z]+:\/\//i.test(address);
  const hasPort = /^(localhost|[\w.-]+\.[\w-]+|\[[0-9a-f:]+\]):\d+/i.test(address);
  const url = new URL(hasScheme ? address : hasPort ? `${location.protocol}//${address}` : address, location.href);
  url.protocol = url.protocol.replace("http", "ws"); // http -> ws, https -> wss
  return url.href;
}

// ---- sending ----------------------------------------------------------------------------------

/** Sends a string or an ArrayBuffer; tells whether it was handed over. */
function send(data) {
  if (socket === null || socket.readyState !== WebSocket.OPEN) {
    const state = socket === null ? "there is no connection yet" : `readyState is ${STATES[socket.readyState]}`;
    showStatus(`Not sent: ${state}. Press Connect first.`);
    return false;
  }
  socket.send(data);
  addRow(connections, "sent", data);
  showState(); // here bufferedAmount is at its highest: nothing has left yet
  return true;
}

/** "00 ff", "00:ff", "0x00, 0xff" and "00ff" all are the bytes 0 and 255; null for anything else. */
function bytesFromHex(text) {
  const digits = text.replace(/0x|[\s,:]/gi, "");
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) {
    return null;
  }
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
}

// ---- showing ----------------------------------------------------------------------------------

function showState() {
  const now = socket === null ? -1 : socket.readyState;
  Array.from(field("states").children).forEach((item, state) => {
    if (state === now) {
      item.setAttribute("aria-current", "true");
    } else {
      item.removeAttribute("aria-current");
    }
  });
  const buffered = socket === null ? 0 : socket.bufferedAmount;
  field("buffered").textContent = buffered < 1024 ? String(buffered) : `${buffered} (${formatBytes(buffered)})`;
}

function showStatus(text) {
  field("status").textContent = text;
}

function showHelp(lines) {
  const paragraphs = lines.map((line) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    return paragraph;
  });
  field("help").replaceChildren(...paragraphs);
}

function showAbout() {
  field("about").textContent = field("handler").selectedOptions[0].dataset.about;
}

// ---- wiring the form fields -------------------------------------------------------------------

/** Runs action when the form is submitted, by its button or by Enter in one of its fields. */
function onSubmit(formId, action) {
  field(formId).addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

onSubmit("connect-form", connect);
onSubmit("disconnect-form", disconnect);

onSubmit("text-form", () => {
  if (send(field("text").value)) {
    field("text").value = "";
  }
});

onSubmit("hex-form", () => {
  const bytes = bytesFromHex(field("hex").value);
  if (bytes === null) {
    field("hex").setCustomValidity("Pairs of hexadecimal digits, such as 00 ff 7e");
    field("hex").reportValidity();
    return;
  }
  send(bytes);
});

onSubmit("file-form", async () => {
  const file = field("file").files[0];
  if (file === undefined) {
    showStatus("Not sent: choose a file first.");
    return;
  }
  try {
    send(await file.arrayBuffer());
  } catch (error) {
    showStatus(`Not sent: ${file.name} cannot be read (${error.message}).`);
  }
});

field("goodbye").addEventListener("click", () => send("Goodbye"));
field("hex").addEventListener("input", () => field("hex").setCustomValidity(""));

field("handler").addEventListener("change", () => {
  field("address").value = field("handler").value;
  showAbout();
  if (field("handler").value === "") {
    field("address").focus();
  }
});

field("address").addEventListener("input", () => {
  const known = Array.from(field("handler").options).some((option) => option.value === field("address").value);
  field("handler").value = known ? field("address").value : "";
  showAbout();
});

field("clear").addEventListener("click", clearLog);

field("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(logAsText());
    showStatus("The log was copied.");
  } catch {
    // Browsers give the clipboard to pages from localhost or https only: select, so that Ctrl+C works.
    getSelection().selectAllChildren(field("log"));
    showStatus("The log is selected: copy it with Ctrl+C.");
  }
});

// readyState and bufferedAmount change without any event.
setInterval(showState, 100);
// A browser may keep the fields of the last visit over a reload.
field("address").dispatchEvent(new Event("input"));

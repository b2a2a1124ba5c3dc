// The list of what happened: one row per message or event, the newest at the end.

// Rows kept; older ones are dropped, so that a page left open for days stays small.
const MAX_ROWS = 500;
// Characters of one message that are shown; the size column still tells the whole.
const MAX_SHOWN = 2000;
// Bytes of one binary message that are shown.
const MAX_BYTES = 256;

const list = document.getElementById("log");
const scroller = document.getElementById("log-scroll");
const empty = document.getElementById("log-empty");
const count = document.getElementById("log-count");

let total = 0;

/**
 * Adds a row.
 *
 * connection: its number, counted from 1 since the page was loaded.
 * kind: "sent", "message" (received), "open", "close", "error" or "note".
 * data: a string, or an ArrayBuffer for bytes.
 */
export function addRow(connection, kind, data) {
  const follow = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
  const isMessage = kind === "sent" || kind === "message";
  const now = new Date();

  const row = document.createElement("li");
  row.className = kind;
  row.append(
    part("time", timeOfDay(now)),
    part("number", `#${connection}`),
    part("kind", (kind === "sent" ? "→ " : kind === "message" ? "← " : "") + kind),
    part("type", isMessage ? typeOf(data) : ""),
    part("size", isMessage ? formatBytes(sizeOf(data)) : ""),
    part("data", shown(data)),
  );
  list.append(row);
  if (list.children.length > MAX_ROWS) {
    list.firstElementChild.remove();
  }
  total += 1;
  showCount();
  if (follow) {
    scroller.scrollTop = scroller.scrollHeight;
  }
}

export function clearLog() {
  list.replaceChildren();
  total = 0;
  showCount();
}

/** The rows as lines of text, their columns separated by tabs. */
export function logAsText() {
  return Array.from(list.children, (row) =>
    Array.from(row.children, (cell) => cell.textContent).join("\t"),
  ).join("\n");
}

export function sizeOf(data) {
  return typeof data === "string" ? new TextEncoder().encode(data).length : data.byteLength;
}

export function formatBytes(bytes) {
  if (bytes < 1024) {
    return `${bytes} B`;
  }
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function part(name, text) {
  const span = document.createElement("span");
  span.className = name;
  // textContent, never innerHTML: what a peer sends must not become part of the page.
  span.textContent = text;
  return span;
}

function typeOf(data) {
  return typeof data === "string" ? "text" : "binary";
}

function shown(data) {
  if (typeof data === "string") {
    return data.length <= MAX_SHOWN ? data : `${data.slice(0, MAX_SHOWN)}… (cut)`;
  }
  const bytes = new Uint8Array(data, 0, Math.min(data.byteLength, MAX_BYTES));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return data.byteLength <= MAX_BYTES ? hex : `${hex} … (cut)`;
}

function timeOfDay(date) {
  const two = (number) => String(number).padStart(2, "0");
  const millis = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

function showCount() {
  empty.hidden = total > 0;
  const rows = `${total} ${total === 1 ? "row" : "rows"}`;
  count.textContent = total === 0 ? "empty" : total > MAX_ROWS ? `${rows}, the last ${MAX_ROWS} kept` : rows;
}

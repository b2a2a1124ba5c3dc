// classic.html?path=/name talks to another handler than /echo.
const path = new URLSearchParams(location.search).get("path") ?? "/echo";
const scheme = location.protocol === "https:" ? "wss" : "ws";

const socket = new WebSocket(`${scheme}://${location.host}${path}`);

socket.onopen = () => {
  show("open");
  socket.send("Hello");
  socket.send("Goodbye"); // at this word the echo handler says goodbye and ends the connection
};
socket.onmessage = (event) => show(`message: ${event.data}`);
socket.onerror = () => show("error");
socket.onclose = (event) => show(`close: code ${event.code}, wasClean ${event.wasClean}`);

function show(line) {
  document.getElementById("lines").append(`${line}\n`);
}

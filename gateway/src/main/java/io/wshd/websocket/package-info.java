/** The WebSocket protocol (RFC 6455): a sans-I/O codec, the handshake, and the session on an upgraded channel. */
package io.wshd.websocket;

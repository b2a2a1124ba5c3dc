/** Who may do what: the Origin rule for WebSocket handshakes. */
package io.wshd.security;

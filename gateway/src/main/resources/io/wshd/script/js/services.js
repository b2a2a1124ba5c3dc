// What handlers import from "wshd".
(function (host, use, core) {
  'use strict';

  const { connectionId, bytesOf } = core;

  const { format } = use('console');
  const at = level => (...args) => host.log(level, connectionId(), format(args));

  /** An open connection of this script. */
  class Connection {
    #peer;

    constructor(peer) {
      this.#peer = peer;
      this.id = Number(peer.id());
      this.resource = peer.resource();
      this.remoteAddress = Object.freeze({ host: peer.remoteHost(), port: peer.remotePort() });
      this.since = new Date(Number(peer.since()));
      Object.freeze(this);
    }

    get isOpen() { return this.#peer.isOpen(); }

    send(message) {
      if (typeof message === 'string') return host.postText(this.#peer, message);
      const { buffer, byteOffset, byteLength } = bytesOf(message);
      return host.postBinary(this.#peer, buffer, byteOffset, byteLength);
    }

    close(code = 1000, reason = '') {
      try {
        this.#peer.close(code, String(reason));
      } catch (error) {
        throw new RangeError(error.message);
      }
    }
  }

  const environment = {};
  const variables = Array.from(host.environment());
  for (let i = 0; i < variables.length; i += 2) environment[variables[i]] = variables[i + 1];

  return Object.freeze({
    log: Object.freeze({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }),
    config: Object.freeze({
      script: host.script(),
      interpreter: host.interpreter(),
      arguments: Object.freeze(Array.from(host.arguments())),
      environment: Object.freeze(environment),
    }),
    connections: () => Array.from(host.connections(), peer => new Connection(peer)),
    broadcast(message) {
      if (typeof message === 'string') return host.broadcastText(message);
      const { buffer, byteOffset, byteLength } = bytesOf(message);
      return host.broadcastBinary(buffer, byteOffset, byteLength);
    },
  });
})

// What handlers find in JavaScript beyond the language itself, and the calls from the gateway to their hooks.
// Evaluated once for each script, before it; everything here runs on the script's event loop.
(function (host) {
  'use strict';

  const timer = periodic => (callback, delay = 0, ...args) => {
    if (typeof callback !== 'function') throw new TypeError('the callback must be a function');
    return host.schedule(() => callback(...args), Math.trunc(Number(delay)) || 0, periodic);
  };
  const clear = id => { if (Number.isInteger(id)) host.clear(id); };
  const global = {
    setTimeout: timer(false),
    setInterval: timer(true),
    clearTimeout: clear,
    clearInterval: clear,
    queueMicrotask(callback) {
      if (typeof callback !== 'function') throw new TypeError('the callback must be a function');
      Promise.resolve().then(callback).catch(error => host.report(describe(error)));
    },
  };
  for (const [name, value] of Object.entries(global)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }

  /** An error as its author wants to read it: the message, then the script's own lines. */
  function describe(error) {
    return error instanceof Error ? String(error.stack || error) : 'threw ' + String(error);
  }

  /** Request headers: names in any case, several lines of one name joined as HTTP joins them. */
  class Headers {
    #values = new Map();
    constructor(lines) {
      for (const line of lines.split('\r\n')) {
        const colon = line.indexOf(':');
        if (colon < 0) continue;
        const name = line.slice(0, colon).toLowerCase();
        const value = line.slice(colon + 1).trim();
        this.#values.set(name, this.#values.has(name) ? this.#values.get(name) + ', ' + value : value);
      }
    }
    get(name) { return this.#values.get(String(name).toLowerCase()) ?? null; }
    has(name) { return this.#values.has(String(name).toLowerCase()); }
    entries() { return this.#values.entries(); }
    [Symbol.iterator]() { return this.entries(); }
  }

  /** One WebSocket. Messages are strings (text) or Uint8Arrays (binary). */
  class MessageStream {
    #connection;
    #request;
    #pump = Promise.resolve();
    #unsent = 0;
    #passiveClose;

    constructor(connection, request, passiveClose) {
      this.#connection = connection;
      this.#request = request;
      this.#passiveClose = passiveClose;
    }

    /** The next message; null when there will be no more. */
    async receive() {
      const message = await new Promise(resolve => this.#connection.receive(resolve));
      if (message === null) {
        await this.#ended();
        return null;
      }
      return typeof message === 'string' ? message : new Uint8Array(new ArrayBuffer(message));
    }

    async *[Symbol.asyncIterator]() {
      for (let message = await this.receive(); message !== null; message = await this.receive()) yield message;
    }

    /**
     * Sends a string as text, an ArrayBuffer or a view of one as binary. Await it: it resolves when the client's
     * socket has room again. Rejects when the connection has ended.
     */
    send(message) {
      let direct;
      let later;
      let size;
      if (typeof message === 'string') {
        size = message.length;
        direct = () => this.#connection.sendText(message);
        later = done => this.#connection.sendTextLater(message, done);
      } else {
        const view = message instanceof ArrayBuffer ? new Uint8Array(message) : message;
        if (!ArrayBuffer.isView(view)) {
          return Promise.reject(new TypeError('a message is a string, an ArrayBuffer or a view of one'));
        }
        size = view.byteLength;
        direct = () => this.#connection.sendBinary(view.buffer, view.byteOffset, view.byteLength);
        later = done => this.#connection.sendBinaryLater(view.buffer, view.byteOffset, view.byteLength, done);
      }
      try {
        if (this.#unsent === 0 && direct()) return Promise.resolve();
      } catch (error) {
        return Promise.reject(new Error(error.message));
      }
      if (this.#unsent > host.mostUnsent()) {
        return Promise.reject(new Error(`over ${host.mostUnsent()} bytes wait for this client; await each send`));
      }
      this.#unsent += size + 1;
      return this.#after(later).finally(() => { this.#unsent -= size + 1; });
    }

    /** Ends the connection with a close frame; resolves when the client has answered it, or a deadline has passed. */
    close(code = 1000, reason = '') {
      return this.#after(done => this.#connection.close(code, reason, done));
    }

    /** Starts a waiting call of the host when those before it are done. */
    #after(start) {
      const result = this.#pump.then(() => new Promise((resolve, reject) => {
        start(failure => failure === '' ? resolve() : reject(new Error(failure)));
      }));
      this.#pump = result.catch(() => {});
      return result;
    }

    async #ended() {
      const code = this.#connection.peerCode();
      this.#request.closeCode = code;
      this.#request.closeReason = this.#connection.peerReason();
      if (code === 1006) return;
      let answer = { code: code === 1005 ? 0 : code, reason: '' };
      if (this.#passiveClose) answer = { ...answer, ...(await this.#passiveClose(this.#request)) };
      this.#connection.answerClose(answer.code, answer.reason);
    }
  }

  class Request {
    /** One of requestedProtocols, when the handshake hook chooses one. */
    protocol = null;
    /** Pairs [name, value] to add to the response of the handshake. */
    extraHeaders = [];
    /** How the client closed: 1005 without a code, 1006 without a close frame. */
    closeCode = null;
    closeReason = null;

    constructor(upgrade) {
      this.method = upgrade.method();
      this.resource = upgrade.uri();
      this.headers = new Headers(upgrade.headers());
      this.origin = this.headers.get('origin');
      this.requestedProtocols = upgrade.protocols() === '' ? [] : upgrade.protocols().split(',');
      this.secure = upgrade.secure();
      this.remoteAddress = { host: upgrade.remoteHost(), port: upgrade.remotePort() };
    }
  }

  const hook = (module, name) => typeof module[name] === 'function' ? module[name] : null;

  return {
    missing(module) {
      const required = ['webSocketDoExtraHandshake', 'webSocketTransferData'];
      return required.filter(name => !hook(module, name)).join(',');
    },

    /** Calls accepted(request, protocol, headers) or refused(status, reason). */
    open(module, upgrade, accepted, refused) {
      (async () => {
        const request = new Request(upgrade);
        try {
          await module.webSocketDoExtraHandshake(request);
        } catch (error) {
          const status = Number.isInteger(error?.status) ? error.status : 403;
          refused(status, describe(error));
          return;
        }
        accepted(request, request.protocol === null ? '' : String(request.protocol),
          request.extraHeaders.flat().map(String));
      })().catch(error => refused(500, describe(error)));
    },

    /** Runs the handler to its end, then calls done with what the log should say of it, or with ''. */
    transfer(module, request, connection, done) {
      const passiveClose = hook(module, 'webSocketPassiveClosingHandshake');
      request.stream = new MessageStream(connection, request, passiveClose);
      (async () => {
        try {
          await module.webSocketTransferData(request);
          await request.stream.close();
          done('');
        } catch (error) {
          const lost = request.closeCode !== null || connection.over();
          if (!lost) await request.stream.close(1011).catch(() => {});
          done(lost ? '' : describe(error));
        }
      })();
    },
  };
})

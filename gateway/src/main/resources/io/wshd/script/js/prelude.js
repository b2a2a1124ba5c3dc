// The calls from the gateway to the hooks of a handler, and what handlers find in JavaScript beyond the language itself.
// Evaluated once for each version of a script, before it; everything here runs on the script's event loop.
(function (host) {
  'use strict';

  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

  // Follows a connection through its promises and timers. It is a proposal to the language, not yet part of it, so it
  // is kept out of the scripts' sight.
  const { Variable } = globalThis.AsyncContext;
  delete globalThis.AsyncContext;
  const current = new Variable();
  const connectionId = () => current.get() ?? 0;

  Graal.setUnhandledPromiseRejectionHandler(reason =>
    host.log('error', connectionId(), 'unhandled rejection: ' + host.describe(reason)));
  delete globalThis.Graal;

  // The rest of the library, a file each. What no script touches is never evaluated.
  const used = new Map();
  function use(name) {
    if (!used.has(name)) used.set(name, host.library(name)(host, use, { connectionId, bytesOf }));
    return used.get(name);
  }
  function lazily(file, ...names) {
    for (const name of names) {
      Object.defineProperty(globalThis, name, {
        configurable: true,
        enumerable: false,
        get() {
          const value = use(file)[name];
          define(name, value);
          return value;
        },
        set(value) { define(name, value); },
      });
    }
  }
  lazily('console', 'console');
  lazily('text', 'TextEncoder', 'TextDecoder', 'atob', 'btoa');
  lazily('transforms', 'TextEncoderStream', 'TextDecoderStream', 'CompressionStream', 'DecompressionStream');
  lazily('events', 'DOMException', 'Event', 'CustomEvent', 'EventTarget', 'AbortController', 'AbortSignal');
  lazily('clone', 'structuredClone');
  lazily('crypto', 'crypto');
  lazily('url', 'URL', 'URLSearchParams');
  lazily('blob', 'Blob', 'File');
  lazily('formdata', 'FormData');
  lazily('streams', 'ReadableStream', 'WritableStream', 'TransformStream', 'ByteLengthQueuingStrategy',
    'CountQueuingStrategy', 'ReadableStreamDefaultReader', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest',
    'ReadableStreamDefaultController', 'ReadableByteStreamController', 'WritableStreamDefaultWriter',
    'WritableStreamDefaultController', 'TransformStreamDefaultController');
  lazily('fetch', 'fetch', 'Headers', 'Request', 'Response');
  define('self', globalThis);
  // What the module "wshd" gives to scripts.
  Object.defineProperty(globalThis, Symbol.for('wshd'), { get: () => use('services') });

  function called(callback) {
    if (typeof callback !== 'function') throw new TypeError('the callback must be a function');
    return callback;
  }
  /** Calls a function that nobody waits for, in the name of the connection that has asked for it. */
  function detached(id, callback, args) {
    try {
      current.run(id, callback, ...args);
    } catch (error) {
      host.log('error', id ?? 0, host.describe(error));
    }
  }
  const timer = periodic => (callback, delay = 0, ...args) => {
    const id = current.get();
    called(callback);
    const timer = host.schedule(() => detached(id, callback, args), delay | 0, periodic);
    if (timer === 0) throw new RangeError('too many timers in one script');
    return timer;
  };
  const clear = id => host.clear(id | 0);
  define('setTimeout', timer(false));
  define('setInterval', timer(true));
  define('clearTimeout', clear);
  define('clearInterval', clear);
  define('queueMicrotask', callback => {
    const id = current.get();
    called(callback);
    Promise.resolve().then(() => detached(id, callback, []));
  });
  Object.defineProperty(performance, 'timeOrigin',
    { value: Date.now() - performance.now(), configurable: true, enumerable: true });

  /** What is to be sent: a text, or a part of an ArrayBuffer. */
  function bytesOf(message) {
    if (ArrayBuffer.isView(message)) return message;
    if (message instanceof ArrayBuffer) return new Uint8Array(message);
    throw new TypeError('a message is a string, an ArrayBuffer or a view of one');
  }

  // An element for each open connection, by its id.
  const streams = new Map();
  const SENT = 0;
  const WAITING = 1;
  const FULL = 2;
  const sentAtOnce = Promise.resolve();
  // Errors that are no fault of the script: its client is gone.
  const endings = new WeakSet();
  function ended() {
    const error = new Error('the connection has ended');
    endings.add(error);
    return error;
  }
  const nothing = () => {};
  let look;

  /** One WebSocket. Messages are strings (text) or Uint8Arrays (binary). */
  class MessageStream {
    #connection;
    #request;
    #passiveClose;
    /** Who waits for a message, as { as, resolve, reject }. */
    #readers = [];
    /** Sends that wait for the client, as { resolve, reject }. */
    #sends = [];
    #lastSend = sentAtOnce;
    #closed = null;
    #resolveClosed = null;
    #end = null;

    constructor(connection, request, passiveClose) {
      this.#connection = connection;
      this.#request = request;
      this.#passiveClose = passiveClose;
    }

    /** The next message; null when there will be no more. */
    receive() {
      return this.#next(message => message);
    }

    [Symbol.asyncIterator]() {
      const step = message => ({ value: message === null ? undefined : message, done: message === null });
      return {
        next: () => this.#next(step),
        return: value => Promise.resolve({ value, done: true }),
        [Symbol.asyncIterator]() { return this; },
      };
    }

    /**
     * Sends a string as text, an ArrayBuffer or a view of one as binary. Await it: it resolves when the client's
     * socket has room again. Rejects when the connection has ended.
     */
    send(message) {
      let offer;
      if (typeof message === 'string') {
        offer = this.#connection.sendText(message);
      } else {
        let bytes;
        try {
          bytes = bytesOf(message);
        } catch (error) {
          return Promise.reject(error);
        }
        offer = this.#connection.sendBinary(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      if (offer === SENT) return sentAtOnce;
      if (offer === WAITING) {
        this.#lastSend = new Promise((resolve, reject) => this.#sends.push({ resolve, reject }));
        // Whoever does not await it learns of the end by the next message that does not come.
        this.#lastSend.catch(nothing);
        return this.#lastSend;
      }
      if (offer === FULL) {
        return Promise.reject(new Error(
          'too much waits for this client (scripts.send-backlog); await each send before the next'));
      }
      const late = Promise.reject(ended());
      late.catch(nothing);
      return late;
    }

    /** Ends the connection with a close frame; resolves when the client has answered it, or a deadline has passed. */
    close(code = 1000, reason = '') {
      return this.#lastSend.catch(nothing).then(() => {
        try {
          this.#connection.close(code, String(reason));
        } catch (error) {
          throw new RangeError(error.message);
        }
        return this.#closed ??= new Promise(resolve => { this.#resolveClosed = resolve; });
      });
    }

    /** Resolves when everything that was to be sent is, or cannot be. */
    flushed() {
      return this.#lastSend.catch(nothing);
    }

    static {
      look = stream => stream.#look();
    }

    #next(as) {
      if (this.#readers.length === 0) {
        const message = this.#connection.receiveInTurn();
        if (message !== null) return Promise.resolve(as(this.#decoded(message)));
      }
      return new Promise((resolve, reject) => this.#readers.push({ as, resolve, reject }));
    }

    #decoded(message) {
      return typeof message === 'string' ? message : new Uint8Array(message);
    }

    /** There is news of the connection. */
    #look() {
      while (this.#readers.length > 0) {
        const message = this.#connection.receive();
        if (message === null) {
          if (this.#connection.exhausted()) this.#noMore();
          break;
        }
        const { as, resolve } = this.#readers.shift();
        resolve(as(this.#decoded(message)));
      }
      if (this.#sends.length > 0) {
        for (let sent = this.#connection.sent(); sent > 0; sent--) this.#sends.shift().resolve();
        if (this.#sends.length > 0 && this.#connection.failed()) {
          for (const send of this.#sends.splice(0)) send.reject(ended());
        }
      }
      if (this.#resolveClosed && this.#connection.ended()) this.#resolveClosed();
    }

    #noMore() {
      this.#end ??= current.run(this.#request.id, () => this.#answer());
      // An error of the hook belongs to whoever waits for the next message.
      for (const { as, resolve, reject } of this.#readers.splice(0)) this.#end.then(() => resolve(as(null)), reject);
    }

    async #answer() {
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
    #upgrade;
    #headers = null;
    /** Number of the connection: no two of the gateway have the same. */
    id;
    /** One of requestedProtocols, when the handshake hook chooses one. */
    protocol = null;
    /** Pairs [name, value] to add to the response of the handshake. */
    extraHeaders = [];
    /** How the client closed: 1005 without a code, 1006 without a close frame. */
    closeCode = null;
    closeReason = null;

    constructor(id, upgrade) {
      this.id = id;
      this.#upgrade = upgrade;
      this.method = upgrade.method();
      this.resource = upgrade.uri();
      this.requestedProtocols = upgrade.protocols() === '' ? [] : upgrade.protocols().split(',');
      this.secure = upgrade.secure();
      this.remoteAddress = { host: upgrade.remoteHost(), port: upgrade.remotePort() };
    }

    /** A Headers of the client's request. */
    get headers() {
      return this.#headers ??= use('headers').parse(this.#upgrade.headers());
    }

    get origin() {
      return this.headers.get('origin');
    }
  }

  const hook = (module, name) => typeof module[name] === 'function' ? module[name] : null;

  return {
    /** Calls done with the script's module, or failed with what it has thrown. */
    load(name, done, failed) {
      import(name).then(done, failed);
    },

    /** An error that has the calls that are under way. */
    where: () => new Error('computing'),

    missing(module) {
      const required = ['webSocketDoExtraHandshake', 'webSocketTransferData'];
      return required.filter(name => !hook(module, name)).join(',');
    },

    /** Calls accepted(request, protocol, headers) or refused(status, reason). */
    open(module, id, upgrade, accepted, refused) {
      current.run(id, async () => {
        const request = new Request(id, upgrade);
        try {
          await module.webSocketDoExtraHandshake(request);
        } catch (error) {
          const status = Number.isInteger(error?.status) && error.status >= 400 ? error.status : 403;
          refused(status, host.describe(error));
          return;
        }
        accepted(request, request.protocol === null ? '' : String(request.protocol),
          request.extraHeaders.flat().map(String));
      }).catch(error => refused(500, host.describe(error)));
    },

    /** Runs the handler to its end. */
    transfer(module, request, connection) {
      const stream = new MessageStream(connection, request, hook(module, 'webSocketPassiveClosingHandshake'));
      const id = connection.id();
      request.stream = stream;
      streams.set(id, stream);
      current.run(id, async () => {
        try {
          await module.webSocketTransferData(request);
          await stream.flushed();
          connection.finish(1000, '');
        } catch (error) {
          connection.finish(connection.over() ? 0 : 1011, endings.has(error) ? '' : host.describe(error));
        }
      });
    },

    /** The connection has ended, and there will be no news of it after these. */
    forget(id) {
      const stream = streams.get(id);
      if (stream !== undefined) look(stream);
      streams.delete(id);
    },

    /** Some connections have news. */
    deliver() {
      for (let id = host.ready(); id !== 0; id = host.ready()) {
        const stream = streams.get(id);
        if (stream !== undefined) look(stream);
      }
    },
  };
})

// fetch as a client: the Fetch standard without what belongs to a browser (origins, cookies, caches). The JDK's client
// does the HTTP, one request at a time; redirects are followed here, where credentials can be dropped on the way.
(function (host, use) {
  'use strict';

  const net = host.fetch();
  const { Headers, parse, format } = use('headers');
  const MOST_REDIRECTS = 20;
  const REDIRECTS = [301, 302, 303, 307, 308];
  const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization'];
  /** Key of what only fetch itself can say about a response. */
  const INSIDE = Symbol('inside');
  const NO_BODY = [101, 103, 204, 205, 304];
  /** Of a body that is gathered in memory: one to be sent, or one read as a whole. */
  const LARGEST = 64 * 1024 * 1024;

  /** Bytes and type of a body, or { stream } for one that is read piece by piece. */
  function extract(body) {
    if (body === null || body === undefined) return null;
    if (ArrayBuffer.isView(body)) {
      return { bytes: new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice(), type: null };
    }
    if (body instanceof ArrayBuffer) return { bytes: new Uint8Array(body.slice(0)), type: null };
    if (typeof body === 'object') {
      if (body instanceof URLSearchParams) {
        return { bytes: new TextEncoder().encode(String(body)), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
      }
      if (body instanceof Blob) return { stream: body.stream(), type: body.type || null };
      if (typeof body[Symbol.asyncIterator] === 'function' || typeof body.getReader === 'function') {
        return { stream: body, type: null };
      }
    }
    return { bytes: new TextEncoder().encode(String(body)), type: 'text/plain;charset=UTF-8' };
  }

  async function* piecesOf(stream) {
    if (typeof stream[Symbol.asyncIterator] === 'function') yield* stream;
    else {
      const reader = stream.getReader();
      for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
    }
  }

  /** The bytes of a body, piece by piece. */
  async function* read({ bytes, stream, exchange, signal, release }) {
    if (bytes) {
      if (bytes.length > 0) yield bytes;
    } else if (stream) {
      yield* piecesOf(stream);
    } else {
      while (true) {
        const piece = exchange.take();
        if (piece !== null) {
          yield new Uint8Array(piece);
        } else if (exchange.done()) {
          release();
          signal.throwIfAborted();
          if (exchange.failure() !== '') throw new TypeError(`the response broke off: ${exchange.failure()}`);
          return;
        } else {
          await new Promise(resolve => exchange.await(resolve));
        }
      }
    }
  }

  /** All of a stream in one array. */
  async function gather(pieces) {
    const all = [];
    let size = 0;
    for await (const piece of pieces) {
      const bytes = typeof piece === 'string' ? new TextEncoder().encode(piece) : piece;
      if (!(bytes instanceof Uint8Array)) throw new TypeError('a piece of a body must be a Uint8Array');
      size += bytes.length;
      if (size > LARGEST) throw new TypeError(`the body is over ${LARGEST} bytes; read it piece by piece`);
      all.push(bytes);
    }
    if (all.length === 1) return all[0];
    const whole = new Uint8Array(size);
    let offset = 0;
    for (const piece of all) {
      whole.set(piece, offset);
      offset += piece.length;
    }
    return whole;
  }

  /** What Request and Response have in common. */
  class Body {
    /** Null, or what extract() has made, or { exchange } for what the network brings. */
    #source;
    #stream = null;
    #used = false;

    constructor(source) { this.#source = source; }

    /** What another body is made of; this one is used up. */
    static take(body) {
      if (body.bodyUsed) throw new TypeError('the body has been read already');
      body.#used = body.#source !== null;
      return body.#source;
    }

    get bodyUsed() { return this.#used || Boolean(this.#stream?.locked); }

    get body() {
      if (this.#source === null) return null;
      if (this.#stream === null) {
        const { exchange } = this.#source;
        const pieces = read(this.#source);
        const stream = new ReadableStream({
          pull: async controller => {
            // Not if it has been teed: then the body is another stream, of the same pieces.
            if (this.#stream === stream) this.#used = true;
            const { value, done } = await pieces.next();
            if (done) controller.close();
            else controller.enqueue(value);
          },
          cancel: () => exchange?.cancel(),
        }, { highWaterMark: 0 });
        this.#stream = stream;
      }
      return this.#stream;
    }

    async bytes() {
      if (this.bodyUsed) throw new TypeError('the body has been read already');
      if (this.#source === null) return new Uint8Array(0);
      this.#used = true;
      if (this.#source.bytes) return this.#source.bytes.slice();
      return gather(this.#stream === null ? read(this.#source) : piecesOf(this.#stream));
    }
    async arrayBuffer() { return (await this.bytes()).buffer; }
    async text() { return new TextDecoder().decode(await this.bytes()); }
    async json() { return JSON.parse(await this.text()); }
    async blob() { return new Blob([await this.bytes()], { type: this.headers.get('content-type') ?? '' }); }

    /** The body twice over, for a clone. */
    static tee(body) {
      if (body.bodyUsed) throw new TypeError('the body has been read already');
      if (body.#source === null || body.#source.bytes) return body.#source;
      const [mine, yours] = body.body.tee();
      body.#source = { stream: mine, type: body.#source.type };
      body.#stream = null;
      return { stream: yours, type: body.#source.type };
    }
  }

  const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  const USUAL = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

  function methodOf(method) {
    const name = String(method);
    const upper = name.toUpperCase();
    if (!TOKEN.test(name) || ['CONNECT', 'TRACE', 'TRACK'].includes(upper)) throw new TypeError(`not a method: ${name}`);
    return USUAL.has(upper) ? upper : name;
  }

  class Request extends Body {
    #method;
    #url;
    #headers;
    #redirect;
    #signal;

    constructor(input, init = {}) {
      const from = input instanceof Request ? input : null;
      const url = from ? from.url : parsed(input).href;
      const method = methodOf(init.method ?? from?.method ?? 'GET');
      const given = init.body !== undefined ? extract(init.body) : from === null ? null : Body.take(from);
      if (given !== null && (method === 'GET' || method === 'HEAD')) throw new TypeError(`${method} has no body`);
      super(given);
      this.#url = url;
      this.#method = method;
      this.#headers = new Headers(init.headers ?? from?.headers);
      if (given?.type && !this.#headers.has('content-type')) this.#headers.set('content-type', given.type);
      this.#redirect = String(init.redirect ?? from?.redirect ?? 'follow');
      if (!['follow', 'error', 'manual'].includes(this.#redirect)) throw new TypeError(`redirect: ${this.#redirect}`);
      this.#signal = init.signal ?? from?.signal ?? new AbortController().signal;
    }

    get method() { return this.#method; }
    get url() { return this.#url; }
    get headers() { return this.#headers; }
    get redirect() { return this.#redirect; }
    get signal() { return this.#signal; }

    clone() {
      const body = Body.tee(this);
      return new Request(this.#url, {
        method: this.#method, headers: this.#headers, redirect: this.#redirect, signal: this.#signal,
        body: body === null ? null : body.bytes ?? body.stream,
      });
    }

    get [Symbol.toStringTag]() { return 'Request'; }
  }

  function parsed(url) {
    const made = new URL(url);
    if (!['http:', 'https:'].includes(made.protocol)) throw new TypeError(`fetch knows http and https, not ${made.href}`);
    if (made.username + made.password !== '') throw new TypeError('a URL for fetch has no user or password in it');
    return made;
  }

  class Response extends Body {
    #status;
    #statusText;
    #headers;
    #meta;

    constructor(body = null, init = {}) {
      const meta = init[INSIDE];
      const { status = 200, statusText = '', headers } = init;
      if (!meta && (!Number.isInteger(status) || status < 200 || status > 599)) {
        throw new RangeError(`not a status: ${status}`);
      }
      const source = meta ? meta.source : extract(body);
      if (source !== null && NO_BODY.includes(status)) throw new TypeError(`a response with ${status} has no body`);
      super(source);
      this.#status = status;
      this.#statusText = String(statusText);
      this.#headers = new Headers(headers);
      this.#meta = meta ?? { url: '', redirected: false, type: 'default' };
      if (source?.type && !this.#headers.has('content-type')) this.#headers.set('content-type', source.type);
    }

    get status() { return this.#status; }
    get statusText() { return this.#statusText; }
    get ok() { return this.#status >= 200 && this.#status < 300; }
    get headers() { return this.#headers; }
    get url() { return this.#meta.url; }
    get redirected() { return this.#meta.redirected; }
    get type() { return this.#meta.type; }

    clone() {
      return new Response(null, {
        status: this.#status, statusText: this.#statusText, headers: this.#headers,
        [INSIDE]: { ...this.#meta, source: Body.tee(this) },
      });
    }

    static error() {
      return new Response(null, { status: 0, [INSIDE]: { source: null, url: '', redirected: false, type: 'error' } });
    }

    static json(data, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has('content-type')) headers.set('content-type', 'application/json');
      return new Response(JSON.stringify(data), { ...init, headers });
    }

    static redirect(url, status = 302) {
      if (!REDIRECTS.includes(status)) throw new RangeError(`not a status of a redirect: ${status}`);
      return new Response(null, { status, headers: { location: new URL(url).href } });
    }

    get [Symbol.toStringTag]() { return 'Response'; }
  }

  function started(method, url, headers, body) {
    const refusal = net.refusal();
    if (refusal !== '') {
      const [, name, message] = /^(\w+): (.*)$/s.exec(refusal);
      throw name === 'TypeError' ? new TypeError(message) : Object.assign(new Error(message), { name });
    }
    try {
      const target = new URL(url);
      target.hash = '';
      return net.start(method, target.href, format(headers), body);
    } catch (error) {
      throw new TypeError(`fetch of ${url.origin} is not possible: ${error.message}`);
    }
  }

  /** The exchange of one request, when the head of its response is there. */
  async function answered(method, url, headers, body, signal) {
    const exchange = started(method, url, headers, body);
    const cancel = () => exchange.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    while (exchange.status() === 0 && !exchange.done()) await new Promise(resolve => exchange.await(resolve));
    if (signal.aborted || exchange.status() === 0) {
      signal.removeEventListener('abort', cancel);
      signal.throwIfAborted();
      throw new TypeError(`fetch of ${url.origin} failed: ${exchange.failure()}`);
    }
    return { exchange, signal, release: () => signal.removeEventListener('abort', cancel), type: null };
  }

  async function fetch(input, init = {}) {
    const request = new Request(input, init);
    const { signal, redirect } = request;
    signal.throwIfAborted();
    let { method } = request;
    let url = new URL(request.url);
    const headers = new Headers(request.headers);
    if (!headers.has('accept')) headers.set('accept', '*/*');
    if (!headers.has('user-agent')) headers.set('user-agent', 'wshd');
    let body = request.body === null ? null : (await request.bytes()).slice().buffer;
    for (let redirects = 0; ; redirects++) {
      const source = await answered(method, url, headers, body, signal);
      const status = source.exchange.status();
      const answer = parse(source.exchange.headers());
      const location = REDIRECTS.includes(status) && redirect !== 'manual' ? answer.get('location') : null;
      if (location === null) {
        const none = method === 'HEAD' || NO_BODY.includes(status);
        if (none) source.release();
        return new Response(null, {
          status, headers: answer,
          [INSIDE]: { source: none ? null : source, url: url.href, redirected: redirects > 0, type: 'default' },
        });
      }
      source.release();
      source.exchange.cancel();
      if (redirect === 'error') throw new TypeError(`${url.href} redirects to ${location}`);
      if (redirects === MOST_REDIRECTS) throw new TypeError(`more than ${MOST_REDIRECTS} redirects`);
      const next = parsed(new URL(location, url));
      if (status === 303 && method !== 'HEAD' || (status === 301 || status === 302) && method === 'POST') {
        if (method !== 'GET') body = null;
        method = 'GET';
        for (const name of [...headers.keys()]) if (name.startsWith('content-')) headers.delete(name);
      }
      if (next.origin !== url.origin) for (const name of CREDENTIALS) headers.delete(name);
      url = next;
    }
  }

  return { fetch, Headers, Request, Response };
})

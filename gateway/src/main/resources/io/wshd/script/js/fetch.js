// fetch as a client: the Fetch standard without what belongs to a browser (origins, cookies, caches). The JDK's client
// does the HTTP, one request at a time; redirects are followed here, where credentials can be dropped on the way.
(function (host, use) {
  'use strict';

  const net = host.fetch();
  const { Headers, parse, format, lock } = use('headers');
  const { dictionary } = use('events');
  const { Body, extract } = use('body');
  const MOST_REDIRECTS = 20;
  const REDIRECTS = [301, 302, 303, 307, 308];
  const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization'];
  /** Key of what only fetch itself can say about a response. */
  const INSIDE = Symbol('inside');
  const NO_BODY = [101, 103, 204, 205, 304];

  const ENCODINGS = new Map([['gzip', 'gzip'], ['x-gzip', 'gzip'], ['deflate', 'deflate']]);

  /** How to undo the encodings of a response; none, if one of them is not known here. */
  function decoders(headers) {
    const names = (headers.get('content-encoding') ?? '').toLowerCase().split(/[\t ]*,[\t ]*/).filter(name => name !== '');
    if (!names.every(name => ENCODINGS.has(name))) return [];
    return names.reverse().map(name => host.decompressor(ENCODINGS.get(name)));
  }

  const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  const USUAL = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

  function methodOf(method) {
    const name = String(method);
    const upper = name.toUpperCase();
    if (!TOKEN.test(name) || ['CONNECT', 'TRACE', 'TRACK'].includes(upper)) throw new TypeError(`not a method: ${name}`);
    return USUAL.has(upper) ? upper : name;
  }

  /** Settings with what they may be, the usual first. All but redirect are for browsers and mean nothing here. */
  const SETTINGS = {
    mode: ['cors', 'no-cors', 'same-origin'],
    credentials: ['same-origin', 'include', 'omit'],
    cache: ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached'],
    referrerPolicy: ['', 'no-referrer', 'no-referrer-when-downgrade', 'same-origin', 'origin', 'strict-origin',
      'origin-when-cross-origin', 'strict-origin-when-cross-origin', 'unsafe-url'],
    redirect: ['follow', 'error', 'manual'],
    duplex: ['half'],
  };

  class Request extends Body {
    #method;
    #url;
    #headers;
    #signal;
    #settings;
    #integrity;
    #keepalive;

    constructor(input, options = {}) {
      if (arguments.length === 0) throw new TypeError('a Request has a URL');
      const init = dictionary(options);
      const from = input instanceof Request ? input : null;
      const url = from ? from.url : addressed(input).href;
      if (init.window !== undefined && init.window !== null) throw new TypeError('there is no window');
      const settings = {};
      for (const [name, values] of Object.entries(SETTINGS)) {
        const value = String(init[name] ?? from?.[name] ?? values[0]);
        if (!values.includes(value)) throw new TypeError(`${name}: ${value}`);
        settings[name] = value;
      }
      const method = methodOf(init.method ?? from?.method ?? 'GET');
      const body = init.body ?? null;
      const has = body !== null || init.body === undefined && from !== null && !Body.isNone(from);
      if (has && ['GET', 'HEAD'].includes(method)) throw new TypeError(`${method} has no body`);
      const given = init.body !== undefined ? extract(body) : from === null ? null : Body.take(from);
      super(given);
      this.#url = url;
      this.#method = method;
      this.#settings = settings;
      this.#headers = new Headers(init.headers ?? from?.headers);
      if (given?.type && !this.#headers.has('content-type')) this.#headers.set('content-type', given.type);
      this.#integrity = String(init.integrity ?? from?.integrity ?? '');
      this.#keepalive = Boolean(init.keepalive ?? from?.keepalive);
      const signal = init.signal === undefined ? from?.signal : init.signal;
      if (signal && !(signal instanceof AbortSignal)) throw new TypeError('the signal must be an AbortSignal');
      this.#signal = AbortSignal.any(signal ? [signal] : []);
    }

    get method() { return this.#method; }
    get url() { return this.#url; }
    get headers() { return this.#headers; }
    get signal() { return this.#signal; }
    get mode() { return this.#settings.mode; }
    get credentials() { return this.#settings.credentials; }
    get cache() { return this.#settings.cache; }
    get referrer() { return 'about:client'; }
    get referrerPolicy() { return this.#settings.referrerPolicy; }
    get redirect() { return this.#settings.redirect; }
    get duplex() { return this.#settings.duplex; }
    get integrity() { return this.#integrity; }
    get keepalive() { return this.#keepalive; }
    get destination() { return ''; }
    get isHistoryNavigation() { return false; }
    get isReloadNavigation() { return false; }

    clone() {
      const body = Body.tee(this);
      return new Request(this.#url, {
        method: this.#method, headers: this.#headers, signal: this.#signal, integrity: this.#integrity,
        keepalive: this.#keepalive, ...this.#settings,
        body: body === null ? null : body.bytes ?? body.stream,
      });
    }

    get [Symbol.toStringTag]() { return 'Request'; }
  }

  function addressed(url) {
    const made = new URL(url);
    if (made.username + made.password !== '') throw new TypeError('a URL for fetch has no user or password in it');
    return made;
  }

  /** The URL of a request that can be made. */
  function reachable(url) {
    const made = addressed(url);
    if (!['http:', 'https:'].includes(made.protocol)) throw new TypeError(`fetch knows http and https, not ${made.href}`);
    return made;
  }

  class Response extends Body {
    #status;
    #statusText;
    #headers;
    #meta;

    constructor(body = null, options = {}) {
      const init = dictionary(options);
      const meta = init[INSIDE];
      const { statusText = '', headers } = init;
      const status = init.status === undefined ? 200 : Number(init.status) & 0xffff;
      if (/[^\t\x20-\x7e\x80-\xff]/.test(statusText)) throw new TypeError('not a status text');
      if (!meta && (!Number.isInteger(status) || status < 200 || status > 599)) {
        throw new RangeError(`not a status: ${status}`);
      }
      const source = meta ? meta.source : extract(body);
      if (source !== null && !meta && NO_BODY.includes(status)) throw new TypeError(`a response with ${status} has no body`);
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
      const meta = { source: null, url: '', redirected: false, type: 'error' };
      return fixed(new Response(null, { status: 0, [INSIDE]: meta }));
    }

    static json(data, init = {}) {
      const text = JSON.stringify(data);
      if (text === undefined) throw new TypeError('there is no JSON for that');
      const headers = new Headers(dictionary(init).headers);
      if (!headers.has('content-type')) headers.set('content-type', 'application/json');
      return new Response(text, { ...init, headers });
    }

    static redirect(url, status = 302) {
      if (!REDIRECTS.includes(status)) throw new RangeError(`not a status of a redirect: ${status}`);
      return fixed(new Response(null, { status, headers: { location: new URL(url).href } }));
    }

    get [Symbol.toStringTag]() { return 'Response'; }
  }

  /** A response whose headers cannot be changed. */
  function fixed(response) {
    lock(response.headers);
    return response;
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
    return { exchange, signal, release: () => signal.removeEventListener('abort', cancel), type: null, codecs: [] };
  }

  const DIGESTS = ['sha256', 'sha384', 'sha512'];

  /** Fails unless the bytes are those that the integrity says (Subresource Integrity, section 3.3). */
  async function verify(bytes, integrity) {
    const known = [...integrity.matchAll(/(?<=^|\s)(sha256|sha384|sha512)-([A-Za-z0-9+/_=-]+)/g)];
    if (known.length === 0) return;
    const strongest = DIGESTS.findLast(name => known.some(([, each]) => each === name));
    const digest = new Uint8Array(await crypto.subtle.digest(strongest.replace('sha', 'SHA-'), bytes));
    const found = btoa(String.fromCharCode(...digest));
    const plain = value => value.replaceAll('-', '+').replaceAll('_', '/').replace(/=*$/, '');
    if (!known.some(([, name, value]) => name === strongest && plain(value) === plain(found))) {
      throw new TypeError(`the body is not the one of integrity: its ${strongest} is ${found}`);
    }
  }

  /** Where a redirect leads: bytes that are no ASCII are taken as they are. */
  function redirected(location, url) {
    const ascii = location.replace(/[\x80-\xff]/g, byte => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
    return reachable(new URL(ascii, url));
  }

  async function fetch(input, init = {}) {
    const request = new Request(input, init);
    const { signal, redirect, integrity } = request;
    signal.throwIfAborted();
    let { method } = request;
    let url = reachable(request.url);
    const headers = new Headers(request.headers);
    if (!headers.has('accept')) headers.set('accept', '*/*');
    if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'gzip, deflate');
    if (!headers.has('user-agent')) headers.set('user-agent', 'wshd');
    let body = Body.isNone(request) ? null : (await request.bytes()).slice().buffer;
    for (let redirects = 0; ; redirects++) {
      const source = await answered(method, url, headers, body, signal);
      const status = source.exchange.status();
      const answer = parse(source.exchange.headers());
      const location = REDIRECTS.includes(status) && redirect !== 'manual' ? answer.get('location') : null;
      if (location === null) {
        if (redirect === 'error' && REDIRECTS.includes(status)) {
          source.release();
          source.exchange.cancel();
          throw new TypeError(`${url.href} is a redirect`);
        }
        const none = method === 'HEAD' || NO_BODY.includes(status);
        if (none) source.release();
        else source.codecs = decoders(answer);
        url.hash = '';
        const meta = { source: none ? null : source, url: url.href, redirected: redirects > 0, type: 'basic' };
        const response = new Response(null, { status, headers: answer, [INSIDE]: meta });
        if (integrity === '') return fixed(response);
        const bytes = await response.bytes();
        await verify(bytes, integrity);
        meta.source = { bytes, type: null };
        return fixed(new Response(null, { status, headers: answer, [INSIDE]: meta }));
      }
      source.release();
      source.exchange.cancel();
      if (redirect === 'error') throw new TypeError(`${url.href} redirects to ${location}`);
      if (redirects === MOST_REDIRECTS) throw new TypeError(`more than ${MOST_REDIRECTS} redirects`);
      const next = redirected(location, url);
      const reads = method === 'GET' || method === 'HEAD';
      if (status === 303 && !reads || (status === 301 || status === 302) && method === 'POST') {
        body = null;
        method = 'GET';
        for (const name of [...headers.keys()]) if (name.startsWith('content-')) headers.delete(name);
      }
      if (next.origin !== url.origin) for (const name of CREDENTIALS) headers.delete(name);
      url = next;
    }
  }

  return { fetch, Headers, Request, Response };
})

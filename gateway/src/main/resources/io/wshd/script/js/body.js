// The bodies of requests and responses (Fetch standard, section 2.2.4 and 5.3): bytes, streams, or what the network brings.
(function (host, use) {
  'use strict';

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
      if (body instanceof FormData) {
        const blob = use('formdata').encode(body);
        return { stream: blob.stream(), type: blob.type };
      }
      if (body instanceof ReadableStream && (body.locked || isDisturbed(body))) {
        throw new TypeError('the stream is being read, or was');
      }
      if (typeof body.getReader === 'function') return { stream: body, type: null };
      if (typeof body[Symbol.asyncIterator] === 'function') return { stream: encoded(body), type: null };
    }
    return { bytes: new TextEncoder().encode(String(body)), type: 'text/plain;charset=UTF-8' };
  }

  /** Pieces of a generator that may be texts. */
  async function* encoded(pieces) {
    for await (const piece of pieces) yield typeof piece === 'string' ? new TextEncoder().encode(piece) : piece;
  }

  /** Whether something was read of a stream, or it was cancelled: web-streams-polyfill's own mark, which no API tells. */
  const isDisturbed = stream => Boolean(stream._disturbed);

  /** What is in a stream, which stays locked, or in any other iterable. */
  async function* piecesOf(stream) {
    if (typeof stream.getReader === 'function') {
      const reader = stream.getReader();
      for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
    } else {
      yield* stream;
    }
  }

  /** The bytes of a body, piece by piece. */
  async function* read({ bytes, stream, ...response }) {
    if (bytes) {
      if (bytes.length > 0) yield bytes.slice();
    } else if (stream) {
      yield* piecesOf(stream);
    } else {
      yield* received(response);
    }
  }

  /** What the network brings. */
  async function* received({ exchange, signal, release, codecs }) {
    try {
      while (!exchange.done()) {
        const piece = exchange.take();
        if (piece === null) await new Promise(resolve => exchange.await(resolve));
        else yield* decoded(new Uint8Array(piece), codecs);
      }
      signal.throwIfAborted();
      if (exchange.failure() !== '') throw new TypeError(`the response broke off: ${exchange.failure()}`);
      if (!codecs.every(codec => codec.complete())) throw new TypeError('the compressed response breaks off');
    } finally {
      release();
      // Of a response that cannot be unpacked, the rest is of no use.
      exchange.cancel();
    }
  }

  /** What is left of a piece of a response when its encodings are undone, the outermost first. */
  function* decoded(piece, [codec, ...others]) {
    if (codec === undefined) {
      yield piece;
    } else {
      for (const part of use('transforms').pieces(codec, piece)) yield* decoded(part, others);
    }
  }

  /** All of a stream in one array. */
  async function gather(pieces) {
    const all = [];
    let size = 0;
    for await (const piece of pieces) {
      if (!(piece instanceof Uint8Array)) throw new TypeError('a piece of a body must be a Uint8Array');
      size += piece.length;
      if (size > LARGEST) throw new TypeError(`the body is over ${LARGEST} bytes; read it piece by piece`);
      all.push(piece);
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

  /** A stream of bytes of what a body is made of. */
  function streamOf(source) {
    const pieces = read(source);
    return new ReadableStream({
      type: 'bytes',
      async pull(controller) {
        let step;
        do step = await pieces.next(); while (step.value?.length === 0);
        if (!step.done) {
          controller.enqueue(step.value);
        } else {
          controller.close();
          controller.byobRequest?.respond(0);
        }
      },
      cancel: () => source.exchange?.cancel(),
    }, { highWaterMark: 1 });
  }

  /** What Request and Response have in common. */
  class Body {
    /** Null, or what extract() has made, or { exchange } for what the network brings. */
    #source;
    #stream = null;
    #used = false;

    constructor(source) {
      this.#source = source;
      if (source?.stream instanceof ReadableStream) this.#stream = source.stream;
    }

    /** What another body is made of; this one is used up. */
    static take(body) {
      body.#check();
      const source = body.#source;
      body.#used = source !== null;
      return body.#stream === null ? source : { stream: body.#stream, type: source.type };
    }

    static isNone(body) { return body.#source === null; }

    get bodyUsed() { return this.#used || this.#stream !== null && isDisturbed(this.#stream); }

    get body() {
      if (this.#source === null) return null;
      if (this.#stream === null && this.#used) {
        this.#stream = new ReadableStream();
        this.#stream.getReader();
      } else if (this.#stream === null) {
        this.#stream = streamOf(this.#source);
      }
      return this.#stream;
    }

    #check() {
      if (this.bodyUsed || this.#stream?.locked) throw new TypeError('the body has been read already');
    }

    async bytes() {
      this.#check();
      if (this.#source === null) return new Uint8Array(0);
      this.#used = true;
      if (this.#source.bytes) return this.#source.bytes.slice();
      this.#source.signal?.throwIfAborted();
      return gather(this.#stream === null ? read(this.#source) : piecesOf(this.#stream));
    }
    async arrayBuffer() { return (await this.bytes()).buffer; }
    async text() { return new TextDecoder().decode(await this.bytes()); }
    async json() { return JSON.parse(await this.text()); }
    async formData() { return use('formdata').decode(await this.bytes(), this.headers.get('content-type') ?? ''); }
    async blob() { return new Blob([await this.bytes()], { type: this.headers.get('content-type') ?? '' }); }

    /** The body twice over, for a clone. */
    static tee(body) {
      body.#check();
      if (body.#source === null || body.#source.bytes) return body.#source;
      const [mine, yours] = body.body.tee();
      body.#source = { stream: mine, type: body.#source.type };
      body.#stream = mine;
      return { stream: yours, type: body.#source.type };
    }
  }

  return { Body, extract };
})

// Blob and File of the File API: immutable bytes with a type, and with a name.
(function (host, use) {
  'use strict';

  const PIECE = 65536;
  let bytesOf;

  function part(value) {
    if (value instanceof Blob) return bytesOf(value);
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
    if (value instanceof ArrayBuffer) return new Uint8Array(value).slice();
    return new TextEncoder().encode(String(value));
  }

  function typeOf(type) {
    const text = String(type);
    return /[^\x20-\x7e]/.test(text) ? '' : text.toLowerCase();
  }

  /** Where an offset is that may count from the end. */
  function place(offset, size) {
    const whole = Math.trunc(Number(offset)) || 0;
    return whole < 0 ? Math.max(size + whole, 0) : Math.min(whole, size);
  }

  class Blob {
    #bytes;
    #type;

    constructor(parts = [], options = {}) {
      if (parts === null || typeof parts !== 'object' && typeof parts !== 'function'
        || typeof parts[Symbol.iterator] !== 'function') {
        throw new TypeError('a Blob is made of a sequence of parts');
      }
      const pieces = [];
      for (const value of parts) pieces.push(part(value));
      const { endings = 'transparent', type = '' } = use('events').dictionary(options);
      if (!['transparent', 'native'].includes(String(endings))) throw new TypeError(`endings: ${endings}`);
      this.#bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
      let offset = 0;
      for (const piece of pieces) {
        this.#bytes.set(piece, offset);
        offset += piece.length;
      }
      this.#type = typeOf(type);
    }

    static {
      bytesOf = blob => blob.#bytes;
    }

    get size() { return this.#bytes.length; }
    get type() { return this.#type; }
    async arrayBuffer() { return this.#bytes.slice().buffer; }
    async bytes() { return this.#bytes.slice(); }
    async text() { return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#bytes); }

    slice(start = 0, end = this.size, type = '') {
      const from = place(start, this.size);
      const blob = new Blob([], { type });
      blob.#bytes = this.#bytes.subarray(from, Math.max(from, place(end, this.size)));
      return blob;
    }

    stream() {
      const bytes = this.#bytes;
      let offset = 0;
      return new ReadableStream({
        type: 'bytes',
        pull(controller) {
          if (offset < bytes.length) controller.enqueue(bytes.slice(offset, offset += PIECE));
          if (offset >= bytes.length) {
            controller.close();
            controller.byobRequest?.respond(0);
          }
        },
      });
    }

    get [Symbol.toStringTag]() { return 'Blob'; }
  }

  class File extends Blob {
    #name;
    #lastModified;

    constructor(parts, name, options = {}) {
      if (arguments.length < 2) throw new TypeError('a File has parts and a name');
      super(parts, options);
      this.#name = String(name).toWellFormed();
      const { lastModified = Date.now() } = use('events').dictionary(options);
      this.#lastModified = Math.trunc(Number(lastModified)) || 0;
    }

    get name() { return this.#name; }
    get lastModified() { return this.#lastModified; }
    get webkitRelativePath() { return ''; }
    get [Symbol.toStringTag]() { return 'File'; }
  }

  return { Blob, File };
})

// Blob of the File API: immutable bytes with a type.
(function (host, use) {
  'use strict';

  const PIECE = 65536;
  let bytesOf;

  function part(value) {
    if (value instanceof Blob) return bytesOf(value);
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
    return new TextEncoder().encode(String(value));
  }

  class Blob {
    #bytes;
    #type;

    constructor(parts = [], { type = '' } = {}) {
      if (parts === null || typeof parts !== 'object' || typeof parts[Symbol.iterator] !== 'function') {
        throw new TypeError('a Blob is made of a sequence of parts');
      }
      const pieces = Array.from(parts, part);
      this.#bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
      let offset = 0;
      for (const piece of pieces) {
        this.#bytes.set(piece, offset);
        offset += piece.length;
      }
      this.#type = /[^\x20-\x7e]/.test(type) ? '' : String(type).toLowerCase();
    }

    static {
      bytesOf = blob => blob.#bytes;
    }

    get size() { return this.#bytes.length; }
    get type() { return this.#type; }
    async arrayBuffer() { return this.#bytes.slice().buffer; }
    async bytes() { return this.#bytes.slice(); }
    async text() { return new TextDecoder().decode(this.#bytes); }

    slice(start = 0, end = this.size, type = '') {
      const blob = new Blob([], { type });
      blob.#bytes = this.#bytes.slice(start, end);
      return blob;
    }

    stream() {
      let offset = 0;
      return new ReadableStream({
        pull: controller => {
          if (offset < this.#bytes.length) controller.enqueue(this.#bytes.slice(offset, offset += PIECE));
          if (offset >= this.#bytes.length) controller.close();
        },
      });
    }

    get [Symbol.toStringTag]() { return 'Blob'; }
  }

  return { Blob };
})

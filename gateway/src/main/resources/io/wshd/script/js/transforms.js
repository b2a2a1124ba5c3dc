// Streams that transform: TextEncoderStream and TextDecoderStream of the Encoding standard (section 8), and those of the
// Compression standard, for which JZlib does the work.
(function (host) {
  'use strict';

  const text = host.text();

  /** A pair of streams with what is between them. */
  class Transform {
    #stream;

    constructor(transform, flush) {
      this.#stream = new TransformStream({ transform, flush });
    }

    get readable() { return this.#stream.readable; }
    get writable() { return this.#stream.writable; }
  }

  class TextEncoderStream extends Transform {
    constructor() {
      // Half of a surrogate pair whose other half may be in the next chunk.
      let high = '';
      const put = (piece, controller) => {
        if (piece !== '') controller.enqueue(new Uint8Array(text.encode(piece)));
      };
      super((chunk, controller) => {
        const piece = high + String(chunk);
        const half = /[\ud800-\udbff]$/.test(piece);
        high = half ? piece.slice(-1) : '';
        put(half ? piece.slice(0, -1) : piece, controller);
      }, controller => put(high, controller));
    }

    get encoding() { return 'utf-8'; }
    get [Symbol.toStringTag]() { return 'TextEncoderStream'; }
  }

  class TextDecoderStream extends Transform {
    #decoder;

    constructor(label = 'utf-8', options = {}) {
      const decoder = new TextDecoder(label, options);
      const put = (piece, controller) => {
        if (piece !== '') controller.enqueue(piece);
      };
      super((chunk, controller) => put(decoder.decode(bytesOf(chunk), { stream: true }), controller),
        controller => put(decoder.decode(), controller));
      this.#decoder = decoder;
    }

    get encoding() { return this.#decoder.encoding; }
    get fatal() { return this.#decoder.fatal; }
    get ignoreBOM() { return this.#decoder.ignoreBOM; }
    get [Symbol.toStringTag]() { return 'TextDecoderStream'; }
  }

  function bytesOf(chunk) {
    if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
    throw new TypeError('a chunk must be an ArrayBuffer or a view of one');
  }

  /** What a codec makes of some bytes, in pieces of a bounded size; of none, what is left at the end. */
  function* pieces(codec, bytes = null) {
    try {
      if (bytes === null) codec.end();
      else codec.put(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let piece = codec.take(); piece !== null; piece = codec.take()) yield new Uint8Array(piece);
    } catch (error) {
      throw new TypeError(`the data cannot be decompressed: ${error.message}`);
    }
  }

  class CompressionStream extends Transform {
    constructor(format) {
      const codec = codecOf(host.compressor(String(format)), format);
      super((chunk, controller) => {
        for (const piece of pieces(codec, bytesOf(chunk))) controller.enqueue(piece);
      }, controller => {
        for (const piece of pieces(codec)) controller.enqueue(piece);
      });
    }

    get [Symbol.toStringTag]() { return 'CompressionStream'; }
  }

  class DecompressionStream extends Transform {
    constructor(format) {
      const codec = codecOf(host.decompressor(String(format)), format);
      super((chunk, controller) => {
        for (const piece of pieces(codec, bytesOf(chunk))) controller.enqueue(piece);
      }, controller => {
        for (const piece of pieces(codec)) controller.enqueue(piece);
        if (!codec.complete()) throw new TypeError('the compressed data breaks off');
      });
    }

    get [Symbol.toStringTag]() { return 'DecompressionStream'; }
  }

  function codecOf(codec, format) {
    if (codec === null) throw new TypeError(`no such format: ${format}; there are gzip, deflate and deflate-raw`);
    return codec;
  }

  return { TextEncoderStream, TextDecoderStream, CompressionStream, DecompressionStream, pieces };
})

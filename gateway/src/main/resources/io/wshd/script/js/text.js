// TextEncoder, TextDecoder, atob and btoa: the JDK does the work.
(function (host, use) {
  'use strict';

  const text = host.text();
  const EMPTY = new Uint8Array(0);

  class TextEncoder {
    get encoding() { return 'utf-8'; }

    encode(input = '') {
      return new Uint8Array(text.encode(String(input)));
    }

    /** Writes as many whole characters as fit. */
    encodeInto(source, destination) {
      if (!(destination instanceof Uint8Array)) throw new TypeError('the destination must be a Uint8Array');
      let read = 0;
      let written = 0;
      for (const character of String(source)) {
        const code = character.codePointAt(0);
        const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        if (written + size > destination.length) break;
        if (size === 1) destination[written] = code;
        else destination.set(new Uint8Array(text.encode(character)), written);
        written += size;
        read += character.length;
      }
      return { read, written };
    }

    get [Symbol.toStringTag]() { return 'TextEncoder'; }
  }

  class TextDecoder {
    #decoder;
    #fatal;
    #ignoreBOM;

    constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
      this.#fatal = Boolean(fatal);
      this.#ignoreBOM = Boolean(ignoreBOM);
      this.#decoder = text.decoder(String(label), this.#fatal, this.#ignoreBOM);
      if (this.#decoder === null) throw new RangeError(`no such encoding: ${label}`);
    }

    get encoding() { return this.#decoder.encoding(); }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }

    decode(input = EMPTY, { stream = false } = {}) {
      const bytes = ArrayBuffer.isView(input) ? input : new Uint8Array(input);
      const decoded = this.#decoder.decode(bytes.buffer, bytes.byteOffset, bytes.byteLength, Boolean(stream));
      if (decoded === null) throw new TypeError(`the bytes are no ${this.encoding}`);
      return decoded;
    }

    get [Symbol.toStringTag]() { return 'TextDecoder'; }
  }

  function converted(value, complaint) {
    if (value === null) throw new (use('events').DOMException)(complaint, 'InvalidCharacterError');
    return value;
  }

  return {
    TextEncoder,
    TextDecoder,
    btoa(bytes) { return converted(text.toBase64(String(bytes)), 'a character is beyond U+00FF'); },
    atob(base64) { return converted(text.fromBase64(String(base64)), 'the text is no Base64'); },
  };
})

// The part of the Web Cryptography API that handlers are promised.
(function (host, use) {
  'use strict';

  const jdk = host.crypto();
  const failed = (message, name) => new (use('events').DOMException)(message, name);

  const subtle = {
    async digest(algorithm, data) {
      const named = typeof algorithm === 'object' && algorithm !== null;
      if (named && algorithm.name === undefined) throw new TypeError('an algorithm has a name');
      const name = String(named ? algorithm.name : algorithm);
      const bytes = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
      const digest = jdk.digest(name.toUpperCase(), bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (digest === null) throw failed(`no such digest: ${name}; there are SHA-1, -256, -384 and -512`, 'NotSupportedError');
      return digest;
    },
  };

  return {
    crypto: {
      subtle,
      getRandomValues(array) {
        if (!ArrayBuffer.isView(array) || !/^(Big)?(Ui|I)nt\d/.test(array[Symbol.toStringTag])) {
          throw failed('not an array of integers', 'TypeMismatchError');
        }
        if (array.byteLength > 65536) throw failed('more than 65536 bytes', 'QuotaExceededError');
        new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(
          new Uint8Array(jdk.random(array.byteLength)));
        return array;
      },
      randomUUID() { return jdk.uuid(); },
      get [Symbol.toStringTag]() { return 'Crypto'; },
    },
  };
})

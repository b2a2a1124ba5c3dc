// Headers of the Fetch standard (section 5.1), without guards: names in any case, iterated in order of the names.
(function () {
  'use strict';

  const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

  function nameOf(name) {
    const text = String(name);
    if (!NAME.test(text)) throw new TypeError(`not a header's name: ${JSON.stringify(text)}`);
    return text.toLowerCase();
  }

  function valueOf(value) {
    const text = String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
    if (/[\0\r\n\u0100-\uffff]/.test(text)) throw new TypeError(`not a header's value: ${JSON.stringify(text)}`);
    return text;
  }

  class Headers {
    /** Values by name; several of one name in their order. */
    #values = new Map();

    constructor(init = undefined) {
      if (init === undefined) return;
      if (init === null || typeof init !== 'object') throw new TypeError('headers are made of an object or of pairs');
      if (typeof init[Symbol.iterator] === 'function') {
        for (const pair of init) {
          const [name, value, ...more] = pair;
          if (value === undefined || more.length > 0) throw new TypeError('a header is a pair [name, value]');
          this.append(name, value);
        }
      } else {
        for (const [name, value] of Object.entries(init)) this.append(name, value);
      }
    }

    append(name, value) {
      const key = nameOf(name);
      const values = this.#values.get(key);
      if (values) values.push(valueOf(value));
      else this.#values.set(key, [valueOf(value)]);
    }

    set(name, value) { this.#values.set(nameOf(name), [valueOf(value)]); }
    delete(name) { this.#values.delete(nameOf(name)); }
    has(name) { return this.#values.has(nameOf(name)); }
    get(name) { return this.#values.get(nameOf(name))?.join(', ') ?? null; }
    getSetCookie() { return [...(this.#values.get('set-cookie') ?? [])]; }

    *entries() {
      for (const [name, values] of [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (name === 'set-cookie') for (const value of values) yield [name, value];
        else yield [name, values.join(', ')];
      }
    }
    *keys() { for (const [name] of this.entries()) yield name; }
    *values() { for (const [, value] of this.entries()) yield value; }
    [Symbol.iterator]() { return this.entries(); }
    forEach(callback, self = undefined) {
      for (const [name, value] of this.entries()) callback.call(self, value, name, this);
    }
    get [Symbol.toStringTag]() { return 'Headers'; }
  }

  return {
    Headers,

    /** Headers of lines as they came. */
    parse(lines) {
      const headers = new Headers();
      for (const line of lines.split('\r\n')) {
        const colon = line.indexOf(':');
        if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1));
      }
      return headers;
    },

    /** Headers as lines. */
    format(headers) {
      let lines = '';
      for (const [name, value] of headers) lines += `${name}: ${value}\r\n`;
      return lines;
    },
  };
})

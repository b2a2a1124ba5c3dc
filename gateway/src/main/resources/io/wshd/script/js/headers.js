// Headers of the Fetch standard (section 5.1): names in any case, iterated in order of the names. Of its guards there is
// the one of a response that has come: nothing can be changed.
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

  const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  const iterators = new Map();

  /** An iterator (Web IDL, section 3.7.10) that sees what is changed on the way. */
  function iterator(of, entries, picked) {
    if (!iterators.has(of)) {
      const next = { next() { return this[STEP](); } }.next;
      iterators.set(of, Object.create(iteratorPrototype, {
        next: { value: next, writable: true, enumerable: true, configurable: true },
        [Symbol.toStringTag]: { value: `${of} Iterator`, configurable: true },
      }));
    }
    let at = 0;
    const step = () => {
      const all = entries();
      return at < all.length ? { value: picked(all[at++]), done: false } : { value: undefined, done: true };
    };
    return Object.create(iterators.get(of), { [STEP]: { value: step } });
  }
  const STEP = Symbol('step');

  let lock;

  class Headers {
    /** Values by name; several of one name in their order. */
    #values = new Map();
    #immutable = false;

    constructor(init = undefined) {
      if (init === undefined) return;
      if (init === null || typeof init !== 'object' && typeof init !== 'function') {
        throw new TypeError('headers are made of an object or of pairs');
      }
      for (const [name, value] of init[Symbol.iterator] ? pairs(init) : members(init)) this.append(name, value);
    }

    static {
      lock = headers => {
        headers.#immutable = true;
        return headers;
      };
    }

    append(name, value) {
      const key = this.#changed(name);
      const text = valueOf(value);
      const values = this.#values.get(key);
      if (values) values.push(text);
      else this.#values.set(key, [text]);
    }

    set(name, value) {
      const key = this.#changed(name);
      this.#values.set(key, [valueOf(value)]);
    }

    delete(name) { this.#values.delete(this.#changed(name)); }
    has(name) { return this.#values.has(nameOf(name)); }
    get(name) { return this.#values.get(nameOf(name))?.join(', ') ?? null; }
    getSetCookie() { return [...(this.#values.get('set-cookie') ?? [])]; }

    #changed(name) {
      const key = nameOf(name);
      if (this.#immutable) throw new TypeError('these headers cannot be changed');
      return key;
    }

    #sorted() {
      return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, values]) =>
        (name === 'set-cookie' ? values.map(value => [name, value]) : [[name, values.join(', ')]]));
    }

    entries() { return iterator('Headers', () => this.#sorted(), each => each); }
    keys() { return iterator('Headers', () => this.#sorted(), ([name]) => name); }
    values() { return iterator('Headers', () => this.#sorted(), ([, value]) => value); }
    [Symbol.iterator]() { return this.entries(); }
    forEach(callback, self = undefined) {
      if (typeof callback !== 'function') throw new TypeError('the callback must be a function');
      for (const [name, value] of this.entries()) callback.call(self, value, name, this);
    }
    get [Symbol.toStringTag]() { return 'Headers'; }
  }

  function pairs(init) {
    return Array.from(init, pair => {
      const both = [...pair];
      if (both.length !== 2) throw new TypeError('a header is a pair [name, value]');
      return both;
    });
  }

  function members(init) {
    const found = [];
    for (const key of Reflect.ownKeys(init)) {
      if (Object.getOwnPropertyDescriptor(init, key)?.enumerable) found.push([nameOf(key), valueOf(init[key])]);
    }
    return found;
  }

  return {
    Headers,
    iterator,

    /** Has headers never change again. */
    lock,

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

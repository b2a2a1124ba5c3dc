// FormData of the XMLHttpRequest standard (section 4), without forms; and how a body carries it: multipart/form-data
// (RFC 7578, as the HTML standard has it in section 4.10.22.7) and application/x-www-form-urlencoded.
(function (host, use) {
  'use strict';

  function entry(name, value, filename) {
    const key = String(name).toWellFormed();
    if (!(value instanceof Blob)) return [key, String(value).toWellFormed()];
    if (value instanceof File && filename === undefined) return [key, value];
    const options = { type: value.type, ...(value instanceof File && { lastModified: value.lastModified }) };
    return [key, new File([value], filename === undefined ? 'blob' : filename, options)];
  }

  /** An entry of the arguments of append and set, which may have a file name with a Blob only. */
  function given(args) {
    const [name, value, filename] = args;
    if (args.length < 2) throw new TypeError('an entry has a name and a value');
    if (args.length > 2 && !(value instanceof Blob)) throw new TypeError('only a Blob has a file name');
    return entry(name, value, args.length > 2 ? filename : undefined);
  }

  class FormData {
    #entries = [];

    constructor(form = undefined) {
      if (form !== undefined) throw new TypeError('there are no forms here');
    }

    append() { this.#entries.push(given([...arguments])); }

    set() {
      const made = given([...arguments]);
      const first = this.#entries.findIndex(([name]) => name === made[0]);
      if (first < 0) this.#entries.push(made);
      else this.#entries = this.#entries.flatMap((each, at) => (at === first ? [made] : each[0] === made[0] ? [] : [each]));
    }

    delete(name) { this.#entries = this.#entries.filter(([other]) => other !== String(name)); }
    get(name) { return this.#entries.find(([other]) => other === String(name))?.[1] ?? null; }
    getAll(name) { return this.#entries.filter(([other]) => other === String(name)).map(([, value]) => value); }
    has(name) { return this.#entries.some(([other]) => other === String(name)); }

    entries() { return use('headers').iterator('FormData', () => this.#entries, each => [...each]); }
    keys() { return use('headers').iterator('FormData', () => this.#entries, ([name]) => name); }
    values() { return use('headers').iterator('FormData', () => this.#entries, ([, value]) => value); }
    [Symbol.iterator]() { return this.entries(); }
    forEach(callback, self = undefined) {
      if (typeof callback !== 'function') throw new TypeError('the callback must be a function');
      for (const [name, value] of this) callback.call(self, value, name, this);
    }
    get [Symbol.toStringTag]() { return 'FormData'; }
  }

  const lines = text => text.replace(/\r\n|\r|\n/g, '\r\n');
  const escaped = text => text.replace(/\n/g, '%0A').replace(/\r/g, '%0D').replace(/"/g, '%22');

  /** A Blob with the entries, and the type that says how they are divided. */
  function encode(data) {
    const boundary = `----wshd${crypto.randomUUID().replaceAll('-', '')}`;
    const parts = [];
    for (const [name, value] of data) {
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(lines(name))}"`;
      if (typeof value === 'string') {
        parts.push(`${head}\r\n\r\n${lines(value)}\r\n`);
      } else {
        const type = value.type || 'application/octet-stream';
        parts.push(`${head}; filename="${escaped(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`, value, '\r\n');
      }
    }
    parts.push(`--${boundary}--\r\n`);
    return new Blob(parts, { type: `multipart/form-data; boundary=${boundary}` });
  }

  const failed = what => new TypeError(`the body is no form: ${what}`);

  /** A parameter of a header's value, which may be quoted. */
  function parameter(value, name) {
    const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]*))`, 'i').exec(value);
    return found === null ? null : found[1] ?? found[2];
  }

  const unescaped = text => text.replace(/%0A/gi, '\n').replace(/%0D/gi, '\r').replace(/%22/g, '"');

  /** The FormData that a body of this type is. */
  function decode(bytes, type) {
    const essence = type.split(';')[0].trim().toLowerCase();
    const data = new FormData();
    if (essence === 'application/x-www-form-urlencoded') {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
      for (const [name, value] of new URLSearchParams(`&${text}`)) data.append(name, value);
      return data;
    }
    if (essence !== 'multipart/form-data') throw failed(`its type is ${type || 'not told'}`);
    const boundary = parameter(type, 'boundary');
    if (!boundary) throw failed('its type has no boundary');
    // A character for each byte, so that a place in the text is a place in the bytes.
    const text = new TextDecoder('latin1').decode(bytes);
    return parts(data, bytes, text, `--${boundary}`);
  }

  function parts(data, bytes, text, delimiter) {
    let at = text.startsWith(delimiter) ? 0 : text.indexOf(`\r\n${delimiter}`) + 2;
    if (at === 1) throw failed('the boundary is not in it');
    for (at += delimiter.length; !text.startsWith('--', at);) {
      const head = /[ \t]*\r\n((?:[^\r\n]+\r\n)*)\r\n/y;
      head.lastIndex = at;
      const found = head.exec(text);
      const end = found === null ? -1 : text.indexOf(`\r\n${delimiter}`, head.lastIndex - 2);
      if (end < 0) throw failed('a part has no end');
      const headers = new TextDecoder().decode(bytes.subarray(at, head.lastIndex));
      add(data, headers, bytes.subarray(head.lastIndex, Math.max(end, head.lastIndex)));
      at = end + 2 + delimiter.length;
    }
    return data;
  }

  function add(data, headers, content) {
    const disposition = /^content-disposition:[ \t]*form-data[ \t]*(;.*)$/im.exec(headers)?.[1];
    const name = disposition === undefined ? null : parameter(disposition, 'name');
    if (name === null) throw failed('a part has no name');
    const filename = parameter(disposition, 'filename');
    if (filename === null) {
      data.append(unescaped(name), new TextDecoder('utf-8', { ignoreBOM: true }).decode(content));
    } else {
      const type = /^content-type:[ \t]*(.*?)[ \t]*$/im.exec(headers)?.[1] ?? 'text/plain';
      data.append(unescaped(name), new File([content], unescaped(filename), { type }));
    }
  }

  return { FormData, encode, decode };
})

// structuredClone (HTML standard, section 2.7), for what there is here to clone. npm's @ungap/structured-clone knows
// neither ArrayBuffers nor DataCloneError; that of core-js takes 92 modules.
(function (host, use) {
  'use strict';

  const { File } = use('blob');
  const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const typeOf = value => Object.prototype.toString.call(value).slice(8, -1);

  function failed(what) {
    return new (use('events').DOMException)(`${what} cannot be cloned`, 'DataCloneError');
  }

  function copy(value, seen) {
    if (typeof value === 'function' || typeof value === 'symbol') throw failed(String(value));
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const remember = clone => {
      seen.set(value, clone);
      return clone;
    };
    if (Array.isArray(value)) return properties(value, remember(new Array(value.length)), seen);
    if (ArrayBuffer.isView(value)) return remember(view(value, copy(value.buffer, seen)));
    if (value instanceof Error) return remember(error(value, seen));
    if (value instanceof File) {
      return remember(new File([value], value.name, { type: value.type, lastModified: value.lastModified }));
    }
    if (value instanceof use('blob').Blob) return remember(value.slice(0, value.size, value.type));
    switch (typeOf(value)) {
      case 'Boolean': case 'Number': case 'String': case 'BigInt': return remember(Object(value.valueOf()));
      case 'Date': return remember(new Date(value.getTime()));
      case 'RegExp': return remember(new RegExp(value.source, value.flags));
      case 'ArrayBuffer': return remember(buffer(value));
      case 'Map': {
        const clone = remember(new Map());
        for (const [key, element] of [...value]) clone.set(copy(key, seen), copy(element, seen));
        return clone;
      }
      case 'Set': {
        const clone = remember(new Set());
        for (const element of [...value]) clone.add(copy(element, seen));
        return clone;
      }
      case 'Object': return properties(value, remember({}), seen);
      default: throw failed('a ' + typeOf(value));
    }
  }

  function properties(value, clone, seen) {
    for (const key of Object.keys(value)) clone[key] = copy(value[key], seen);
    return clone;
  }

  function buffer(value) {
    if (!value.resizable) return value.slice(0);
    const clone = new ArrayBuffer(value.byteLength, { maxByteLength: value.maxByteLength });
    new Uint8Array(clone).set(new Uint8Array(value));
    return clone;
  }

  function view(value, buffer) {
    if (value instanceof DataView) return new DataView(buffer, value.byteOffset, value.byteLength);
    const Type = globalThis[value[Symbol.toStringTag]];
    return new Type(buffer, value.byteOffset, value.length);
  }

  function error(value, seen) {
    if (value instanceof use('events').DOMException) return new value.constructor(value.message, value.name);
    const made = new (ERRORS[value.name] ?? Error)(
      Object.hasOwn(value, 'message') ? String(value.message) : undefined,
      'cause' in value ? { cause: copy(value.cause, seen) } : undefined);
    if (typeof value.stack === 'string') {
      Object.defineProperty(made, 'stack', { value: value.stack, writable: true, configurable: true });
    }
    return made;
  }

  return {
    structuredClone(value, { transfer = [] } = {}) {
      if (arguments.length === 0) throw new TypeError('there is nothing to clone');
      const buffers = new Set(transfer);
      for (const buffer of buffers) {
        if (!(buffer instanceof ArrayBuffer) || buffer.detached) throw failed('what is to be transferred');
      }
      const clone = copy(value, new Map());
      // Only now: nothing is taken away if the rest cannot be cloned.
      for (const buffer of buffers) buffer.transfer();
      return clone;
    },
  };
})

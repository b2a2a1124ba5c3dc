// DOMException, events and abort signals of the DOM standard, as far as they make sense without a document. npm's
// event-target-shim and abort-controller have not been looked after for years and lack AbortSignal.any and .timeout.
(function (host) {
  'use strict';

  const CODES = {
    IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
    NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10, InvalidStateError: 11,
    SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15, TypeMismatchError: 17,
    SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23,
    InvalidNodeTypeError: 24, DataCloneError: 25,
  };
  /** Of the constants of DOMException, in the order of their codes. */
  const CONSTANTS = ['INDEX_SIZE_ERR', 'DOMSTRING_SIZE_ERR', 'HIERARCHY_REQUEST_ERR', 'WRONG_DOCUMENT_ERR',
    'INVALID_CHARACTER_ERR', 'NO_DATA_ALLOWED_ERR', 'NO_MODIFICATION_ALLOWED_ERR', 'NOT_FOUND_ERR', 'NOT_SUPPORTED_ERR',
    'INUSE_ATTRIBUTE_ERR', 'INVALID_STATE_ERR', 'SYNTAX_ERR', 'INVALID_MODIFICATION_ERR', 'NAMESPACE_ERR',
    'INVALID_ACCESS_ERR', 'VALIDATION_ERR', 'TYPE_MISMATCH_ERR', 'SECURITY_ERR', 'NETWORK_ERR', 'ABORT_ERR',
    'URL_MISMATCH_ERR', 'QUOTA_EXCEEDED_ERR', 'TIMEOUT_ERR', 'INVALID_NODE_TYPE_ERR', 'DATA_CLONE_ERR'];

  const exceptions = new WeakMap();
  function inside(exception) {
    const found = exceptions.get(exception);
    if (found === undefined) throw new TypeError('not a DOMException');
    return found;
  }

  /** An error, so that it has a stack; but no subclass of Error (Web IDL, section 2.8.1), so it cannot be a class. */
  function DOMException(message = '', options = 'Error') {
    if (new.target === undefined) throw new TypeError('DOMException needs new');
    const named = typeof options === 'object' && options !== null;
    const text = String(message);
    const name = named ? String(options.name ?? 'Error') : String(options);
    const error = named && 'cause' in options ? new Error(text, { cause: options.cause }) : new Error(text);
    const stack = error.stack.replace(/^Error/, () => name);
    Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });
    Object.setPrototypeOf(error, new.target.prototype);
    delete error.message;
    exceptions.set(error, { message: text, name });
    return error;
  }
  DOMException.prototype = Object.create(Error.prototype, {
    constructor: { value: DOMException, writable: true, configurable: true },
    name: { get() { return inside(this).name; }, enumerable: true, configurable: true },
    message: { get() { return inside(this).message; }, enumerable: true, configurable: true },
    code: { get() { return CODES[inside(this).name] ?? 0; }, enumerable: true, configurable: true },
    [Symbol.toStringTag]: { value: 'DOMException', configurable: true },
  });
  Object.defineProperty(DOMException, 'prototype', { writable: false });
  CONSTANTS.forEach((name, index) => {
    for (const holder of [DOMException, DOMException.prototype]) {
      Object.defineProperty(holder, name, { value: index + 1, enumerable: true });
    }
  });

  /** The options of a call, as Web IDL takes them: nothing, or an object. */
  function dictionary(options) {
    if (options === undefined || options === null) return {};
    if (typeof options !== 'object' && typeof options !== 'function') throw new TypeError('the options must be an object');
    return options;
  }

  const LONGEST_TIMER = 0x7fffffff;
  let dispatching;
  const trusted = new WeakSet();
  /** A property of each event itself, so that nothing can take its place. */
  const isTrusted = Object.getOwnPropertyDescriptor({ get isTrusted() { return trusted.has(this); } }, 'isTrusted').get;

  class Event {
    #type;
    #bubbles;
    #cancelable;
    #composed;
    #target = null;
    #prevented = false;
    #propagationStopped = false;
    #stopped = false;
    #busy = false;
    #passive = false;
    #timeStamp = performance.now();

    constructor(type, init = {}) {
      if (arguments.length === 0) throw new TypeError('an event has a type');
      const { bubbles, cancelable, composed } = dictionary(init);
      this.#type = String(type);
      this.#bubbles = Boolean(bubbles);
      this.#cancelable = Boolean(cancelable);
      this.#composed = Boolean(composed);
      Object.defineProperty(this, 'isTrusted', { get: isTrusted, enumerable: true });
    }

    static {
      dispatching = {
        begin(event, target) {
          if (event.#busy) throw new DOMException('the event is being dispatched', 'InvalidStateError');
          trusted.delete(event);
          event.#busy = true;
          event.#target = target;
        },
        /** Calls one listener; a passive one cannot prevent anything. */
        call(event, listener, target) {
          event.#passive = listener.passive;
          try {
            if (typeof listener.callback === 'function') listener.callback.call(target, event);
            else listener.callback.handleEvent(event);
          } finally {
            event.#passive = false;
          }
        },
        isStopped: event => event.#stopped,
        isPropagationStopped: event => event.#propagationStopped,
        end(event) {
          event.#busy = false;
          event.#stopped = false;
          event.#propagationStopped = false;
        },
      };
      const constants = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 };
      for (const [name, value] of Object.entries(constants)) {
        for (const holder of [Event, Event.prototype]) Object.defineProperty(holder, name, { value, enumerable: true });
      }
    }

    get type() { return this.#type; }
    get target() { return this.#target; }
    get srcElement() { return this.#target; }
    get currentTarget() { return this.#busy ? this.#target : null; }
    get bubbles() { return this.#bubbles; }
    get cancelable() { return this.#cancelable; }
    get composed() { return this.#composed; }
    get defaultPrevented() { return this.#prevented; }
    get returnValue() { return !this.#prevented; }
    set returnValue(value) { if (!value) this.preventDefault(); }
    get cancelBubble() { return this.#propagationStopped; }
    set cancelBubble(value) { if (value) this.stopPropagation(); }
    get eventPhase() { return this.#busy ? 2 : 0; }
    get timeStamp() { return this.#timeStamp; }
    composedPath() { return this.#busy ? [this.#target] : []; }
    preventDefault() { if (this.#cancelable && !this.#passive) this.#prevented = true; }
    stopPropagation() { this.#propagationStopped = true; }
    stopImmediatePropagation() {
      this.#propagationStopped = true;
      this.#stopped = true;
    }
    initEvent(type, bubbles = false, cancelable = false) {
      if (arguments.length === 0) throw new TypeError('an event has a type');
      if (this.#busy) return;
      this.#type = String(type);
      this.#bubbles = Boolean(bubbles);
      this.#cancelable = Boolean(cancelable);
      this.#prevented = false;
      this.#propagationStopped = false;
      this.#stopped = false;
      this.#target = null;
      trusted.delete(this);
    }
    get [Symbol.toStringTag]() { return 'Event'; }
  }

  class CustomEvent extends Event {
    #detail;

    constructor(type, init = {}) {
      super(...arguments);
      this.#detail = dictionary(init).detail ?? null;
    }

    get detail() { return this.#detail; }
    initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
      const busy = this.currentTarget !== null;
      this.initEvent(...arguments);
      if (!busy) this.#detail = detail;
    }
    get [Symbol.toStringTag]() { return 'CustomEvent'; }
  }

  class EventTarget {
    #listeners = [];

    addEventListener(type, callback, options = {}) {
      const name = String(type);
      const capture = captureOf(options);
      const { once = false, passive = false, signal } = typeof options === 'object' && options !== null ? options : {};
      if (signal !== undefined && !(signal instanceof AbortSignal)) throw new TypeError('the signal must be an AbortSignal');
      if (!isCallback(callback) || signal?.aborted) return;
      const same = listener => listener.type === name && listener.callback === callback && listener.capture === capture;
      if (this.#listeners.some(same)) return;
      const listener = {
        type: name, callback, capture, once: Boolean(once), passive: Boolean(passive), removed: false,
      };
      this.#listeners.push(listener);
      if (signal) follow(signal, () => this.#remove(listener));
    }

    removeEventListener(type, callback, options = {}) {
      const name = String(type);
      const capture = captureOf(options);
      if (!isCallback(callback)) return;
      const found = this.#listeners.find(listener =>
        listener.type === name && listener.callback === callback && listener.capture === capture);
      if (found) this.#remove(found);
    }

    dispatchEvent(event) {
      if (!(event instanceof Event)) throw new TypeError('not an Event');
      dispatching.begin(event, this);
      return this.#dispatch(event);
    }

    static {
      dispatching.trusted = (target, event) => {
        dispatching.begin(event, target);
        trusted.add(event);
        target.#dispatch(event);
      };
      dispatching.isHeard = (target, type) => target.#listeners.some(listener => listener.type === type);
    }

    #dispatch(event) {
      // At its target, an event meets the listeners that capture first.
      for (const capture of [true, false]) {
        if (dispatching.isPropagationStopped(event)) break;
        for (const listener of this.#listeners.filter(each => each.type === event.type && each.capture === capture)) {
          if (listener.removed) continue;
          if (listener.once) this.#remove(listener);
          try {
            dispatching.call(event, listener, this);
          } catch (error) {
            // Of one listener, not of those after it, nor of whoever has dispatched the event.
            Promise.reject(error);
          }
          if (dispatching.isStopped(event)) break;
        }
      }
      dispatching.end(event);
      return !event.defaultPrevented;
    }

    #remove(listener) {
      listener.removed = true;
      this.#listeners = this.#listeners.filter(other => other !== listener);
    }

    get [Symbol.toStringTag]() { return 'EventTarget'; }
  }

  const captureOf = options => Boolean(typeof options === 'object' && options !== null ? options.capture : options);
  function isCallback(callback) {
    if (callback === null || callback === undefined) return false;
    if (typeof callback !== 'function' && typeof callback !== 'object') throw new TypeError('not a listener');
    return true;
  }

  const made = Symbol('made by an AbortController');
  /** Signals that follow one before those that are gone are looked for. */
  const FEW = 16;
  let abort;
  let follow;

  class AbortSignal extends EventTarget {
    #aborted = false;
    #reason = undefined;
    #handler = null;
    #algorithms = new Set();
    /** Of a signal that AbortSignal.any has made: the signals of controllers that abort it. */
    #sources = null;
    /** References to the signals that follow this one; it holds those that somebody waits for, and no others. */
    #dependents = new Set();
    #held = new Set();
    #mostDependents = FEW;

    constructor(key) {
      if (key !== made) throw new TypeError('an AbortSignal is made by an AbortController');
      super();
    }

    static {
      abort = (signal, reason) => {
        if (signal.#aborted) return;
        signal.#settle(reason === undefined ? new DOMException('the operation was aborted', 'AbortError') : reason);
        // All of them are aborted before the first listener hears of it.
        const dependents = signal.#living().filter(dependent => !dependent.#aborted);
        for (const dependent of dependents) dependent.#settle(signal.#reason);
        for (const each of [signal, ...dependents]) each.#tell();
      };
      /** Has something done when a signal aborts, before its listeners are called. */
      follow = (signal, algorithm) => {
        signal.#algorithms.add(algorithm);
        signal.#hold();
      };
    }

    #living() {
      return [...this.#dependents].map(reference => reference.deref()).filter(dependent => dependent !== undefined);
    }

    #leads(signal) {
      if (this.#dependents.size >= this.#mostDependents) {
        this.#dependents = new Set([...this.#dependents].filter(reference => reference.deref() !== undefined));
        this.#mostDependents = Math.max(FEW, 2 * this.#dependents.size);
      }
      this.#dependents.add(new WeakRef(signal));
    }

    /** Has the sources hold this signal, or no longer. */
    #hold() {
      const heard = !this.#aborted && (this.#algorithms.size > 0 || dispatching.isHeard(this, 'abort'));
      for (const source of this.#sources ?? []) {
        if (heard) source.#held.add(this);
        else source.#held.delete(this);
      }
    }

    addEventListener(type, callback, options = {}) {
      super.addEventListener(type, callback, options);
      this.#hold();
    }

    removeEventListener(type, callback, options = {}) {
      super.removeEventListener(type, callback, options);
      this.#hold();
    }

    #settle(reason) {
      this.#aborted = true;
      this.#reason = reason;
    }

    #tell() {
      for (const algorithm of this.#algorithms) algorithm();
      this.#algorithms.clear();
      this.#dependents.clear();
      this.#held.clear();
      for (const source of this.#sources ?? []) source.#held.delete(this);
      dispatching.trusted(this, new Event('abort'));
    }

    static abort(reason = undefined) {
      const signal = new AbortSignal(made);
      abort(signal, reason);
      return signal;
    }

    static timeout(millis) {
      const delay = Number(millis);
      if (!(delay >= 0 && delay <= Number.MAX_SAFE_INTEGER)) throw new TypeError('a time in milliseconds is not negative');
      const signal = new AbortSignal(made);
      const late = () => abort(signal, new DOMException('the time is up', 'TimeoutError'));
      setTimeout(late, Math.min(delay, LONGEST_TIMER));
      return signal;
    }

    static any(signals) {
      const all = [...signals];
      if (!all.every(each => each instanceof AbortSignal)) throw new TypeError('not an AbortSignal');
      const signal = new AbortSignal(made);
      const first = all.find(({ aborted }) => aborted);
      if (first) {
        abort(signal, first.reason);
      } else {
        signal.#sources = new Set(all.flatMap(each => (each.#sources ? [...each.#sources] : [each])));
        for (const source of signal.#sources) source.#leads(signal);
      }
      return signal;
    }

    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }

    get onabort() { return this.#handler; }
    set onabort(handler) {
      if (this.#handler) this.removeEventListener('abort', this.#handler);
      this.#handler = typeof handler === 'function' ? handler : null;
      if (this.#handler) this.addEventListener('abort', this.#handler);
    }

    get [Symbol.toStringTag]() { return 'AbortSignal'; }
  }

  class AbortController {
    #signal = new AbortSignal(made);

    get signal() { return this.#signal; }
    abort(reason = undefined) { abort(this.#signal, reason); }
    get [Symbol.toStringTag]() { return 'AbortController'; }
  }

  return { dictionary, DOMException, Event, CustomEvent, EventTarget, AbortController, AbortSignal };
})

// DOMException, events and abort signals of the DOM standard, as far as they make sense without a document. npm's
// event-target-shim and abort-controller have not been looked after for years and lack AbortSignal.any and .timeout.
(function (host) {
  'use strict';

  const CODES = {
    IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5, NotFoundError: 8,
    NotSupportedError: 9, InvalidStateError: 11, SyntaxError: 12, InvalidAccessError: 15, TypeMismatchError: 17,
    SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23,
    DataCloneError: 25,
  };

  class DOMException extends Error {
    #name;

    constructor(message = '', options = 'Error') {
      super(message, typeof options === 'object' && 'cause' in options ? { cause: options.cause } : undefined);
      this.#name = typeof options === 'object' ? String(options.name ?? 'Error') : String(options);
    }

    get name() { return this.#name; }
    get code() { return CODES[this.#name] ?? 0; }
    get [Symbol.toStringTag]() { return 'DOMException'; }
  }

  let dispatching;

  class Event {
    #type;
    #init;
    #target = null;
    #prevented = false;
    #stopped = false;
    #busy = false;
    #timeStamp = performance.now();

    constructor(type, init = {}) {
      if (arguments.length === 0) throw new TypeError('an event has a type');
      this.#type = String(type);
      this.#init = { bubbles: false, cancelable: false, composed: false, ...init };
    }

    static {
      dispatching = {
        begin(event, target) {
          if (event.#busy) throw new DOMException('the event is being dispatched', 'InvalidStateError');
          event.#busy = true;
          event.#target = target;
        },
        isStopped: event => event.#stopped,
        end(event) {
          event.#busy = false;
          event.#stopped = false;
        },
      };
    }

    get type() { return this.#type; }
    get target() { return this.#target; }
    get srcElement() { return this.#target; }
    get currentTarget() { return this.#busy ? this.#target : null; }
    get bubbles() { return Boolean(this.#init.bubbles); }
    get cancelable() { return Boolean(this.#init.cancelable); }
    get composed() { return Boolean(this.#init.composed); }
    get defaultPrevented() { return this.#prevented; }
    get returnValue() { return !this.#prevented; }
    get eventPhase() { return this.#busy ? 2 : 0; }
    get isTrusted() { return false; }
    get timeStamp() { return this.#timeStamp; }
    composedPath() { return this.#busy ? [this.#target] : []; }
    preventDefault() { if (this.cancelable) this.#prevented = true; }
    stopPropagation() {}
    stopImmediatePropagation() { this.#stopped = true; }
    get [Symbol.toStringTag]() { return 'Event'; }
  }

  class CustomEvent extends Event {
    #detail;

    constructor(type, init = {}) {
      super(type, init);
      this.#detail = init?.detail ?? null;
    }

    get detail() { return this.#detail; }
    get [Symbol.toStringTag]() { return 'CustomEvent'; }
  }

  class EventTarget {
    #listeners = [];

    addEventListener(type, callback, options = {}) {
      if (callback === null || callback === undefined) return;
      const { capture = false, once = false, signal } = typeof options === 'object' && options !== null
        ? options : { capture: Boolean(options) };
      if (signal?.aborted) return;
      const same = listener => listener.type === String(type) && listener.callback === callback
        && listener.capture === Boolean(capture);
      if (this.#listeners.some(same)) return;
      const listener = { type: String(type), callback, capture: Boolean(capture), once: Boolean(once), removed: false };
      this.#listeners.push(listener);
      signal?.addEventListener('abort', () => this.#remove(listener), { once: true });
    }

    removeEventListener(type, callback, options = {}) {
      const capture = Boolean(typeof options === 'object' && options !== null ? options.capture : options);
      const found = this.#listeners.find(listener =>
        listener.type === String(type) && listener.callback === callback && listener.capture === capture);
      if (found) this.#remove(found);
    }

    dispatchEvent(event) {
      if (!(event instanceof Event)) throw new TypeError('not an Event');
      dispatching.begin(event, this);
      for (const listener of this.#listeners.filter(({ type }) => type === event.type)) {
        if (listener.removed) continue;
        if (listener.once) this.#remove(listener);
        try {
          if (typeof listener.callback === 'function') listener.callback.call(this, event);
          else listener.callback.handleEvent(event);
        } catch (error) {
          // Of one listener, not of those after it, nor of whoever has dispatched the event.
          Promise.reject(error);
        }
        if (dispatching.isStopped(event)) break;
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

  const made = Symbol('made by an AbortController');
  let abort;

  class AbortSignal extends EventTarget {
    #aborted = false;
    #reason = undefined;
    #handler = null;

    constructor(key) {
      if (key !== made) throw new TypeError('an AbortSignal is made by an AbortController');
      super();
    }

    static {
      abort = (signal, reason) => {
        if (signal.#aborted) return;
        signal.#aborted = true;
        signal.#reason = reason === undefined ? new DOMException('the operation was aborted', 'AbortError') : reason;
        signal.dispatchEvent(new Event('abort'));
      };
    }

    static abort(reason = undefined) {
      const signal = new AbortSignal(made);
      abort(signal, reason);
      return signal;
    }

    static timeout(millis) {
      const signal = new AbortSignal(made);
      setTimeout(() => abort(signal, new DOMException('the time is up', 'TimeoutError')), millis);
      return signal;
    }

    static any(signals) {
      const all = [...signals];
      const signal = new AbortSignal(made);
      const first = all.find(({ aborted }) => aborted);
      if (first) {
        abort(signal, first.reason);
      } else {
        for (const source of all) {
          source.addEventListener('abort', () => abort(signal, source.reason), { once: true, signal });
        }
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

  return { DOMException, Event, CustomEvent, EventTarget, AbortController, AbortSignal };
})

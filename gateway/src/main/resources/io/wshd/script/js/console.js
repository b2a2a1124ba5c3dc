// The console, in the gateway's log: https://console.spec.whatwg.org/ without what a screen is needed for.
(function (host, use, core) {
  'use strict';

  const { connectionId } = core;

  let indent = '';
  const counts = new Map();
  const timers = new Map();

  const shown = value => (typeof value === 'string' ? value : host.display(value));

  /** The arguments in one line; the first may have %s, %d, %i, %f, %o, %O, %j and %c for the next ones. */
  function format([first, ...rest]) {
    if (typeof first !== 'string') return [first, ...rest].map(shown).join(' ');
    let taken = 0;
    const text = first.replace(/%[sdifoOjc%]/g, place => {
      if (place === '%%') return '%';
      if (taken === rest.length) return place;
      const value = rest[taken++];
      switch (place) {
        case '%s': return typeof value === 'object' ? host.display(value) : String(value);
        case '%d': return typeof value === 'symbol' ? 'NaN' : String(Number(value));
        case '%i': return typeof value === 'symbol' ? 'NaN' : String(Number.parseInt(value, 10));
        case '%f': return typeof value === 'symbol' ? 'NaN' : String(Number.parseFloat(value));
        case '%j': return JSON.stringify(value) ?? 'undefined';
        case '%c': return '';
        default: return shown(value);
      }
    });
    return [text, ...rest.slice(taken).map(shown)].join(' ');
  }

  function write(level, text) {
    host.log(level, connectionId(), indent === '' ? text : indent + text.replaceAll('\n', '\n' + indent));
  }

  const at = level => (...args) => write(level, args.length === 0 ? '' : format(args));

  /** Lines and columns of an array or object of rows. */
  function table(data, columns) {
    if (data === null || typeof data !== 'object') return null;
    const rows = [...(data instanceof Map ? data : Object.entries(data))];
    const isRow = row => row !== null && typeof row === 'object';
    const names = columns ?? [...new Set(rows.flatMap(([, row]) => (isRow(row) ? Object.keys(row) : [])))];
    const values = rows.some(([, row]) => !isRow(row));
    const lines = [['(index)', ...names.map(String), ...(values ? ['Values'] : [])]];
    for (const [index, row] of rows) {
      lines.push([shown(index),
        ...names.map(name => (isRow(row) && name in row ? shown(row[name]) : '')),
        ...(values ? [isRow(row) ? '' : shown(row)] : [])]);
    }
    const widths = lines[0].map((_, column) => Math.max(...lines.map(line => line[column].length)));
    const drawn = lines.map(line => line.map((cell, column) => cell.padEnd(widths[column])).join(' | ').trimEnd());
    drawn.splice(1, 0, widths.map(width => '-'.repeat(width)).join('-+-'));
    return '\n' + drawn.join('\n');
  }

  const elapsed = label => {
    const start = timers.get(String(label));
    return start === undefined ? null : `${label}: ${(performance.now() - start).toFixed(3)} ms`;
  };

  const console = {
    debug: at('debug'),
    log: at('info'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    trace(...args) {
      const error = new Error(args.length === 0 ? '' : format(args));
      error.name = 'Trace';
      write('info', host.describe(error));
    },
    assert(condition, ...args) {
      if (!condition) write('error', 'Assertion failed' + (args.length === 0 ? '' : ': ' + format(args)));
    },
    dir(value) { write('info', host.display(value)); },
    dirxml: at('info'),
    table(data, columns = undefined) { write('info', table(data, columns) ?? format([data])); },
    count(label = 'default') {
      const count = (counts.get(String(label)) ?? 0) + 1;
      counts.set(String(label), count);
      write('info', `${label}: ${count}`);
    },
    countReset(label = 'default') { counts.delete(String(label)); },
    time(label = 'default') { timers.set(String(label), performance.now()); },
    timeLog(label = 'default', ...args) {
      const text = elapsed(label);
      if (text === null) write('warn', `Timer ${label} does not exist`);
      else write('info', [text, ...args.map(shown)].join(' '));
    },
    timeEnd(label = 'default') {
      console.timeLog(label);
      timers.delete(String(label));
    },
    group(...args) {
      if (args.length > 0) write('info', format(args));
      indent += '  ';
    },
    groupEnd() { indent = indent.slice(2); },
    clear() {},
  };
  console.groupCollapsed = console.group;
  // As of a namespace of Web IDL (section 3.13.1).
  Object.setPrototypeOf(console, {});
  Object.defineProperty(console, Symbol.toStringTag, { value: 'console', configurable: true });

  return { console, format };
})

// URL and URLSearchParams: the reference implementation of the standard, npm's whatwg-url, on a minimal CommonJS.
(function (host) {
  'use strict';

  const loaded = new Map();

  /** What modules of packages that are not brought along are replaced by. */
  const replaced = {
    'tr46': { toASCII: domain => host.toAscii(domain) },
  };

  function require(path) {
    if (!loaded.has(path)) {
      const module = { exports: {} };
      loaded.set(path, module);
      host.library('vendor/' + path)(module, module.exports, name => {
        if (name in replaced) return replaced[name];
        return name.startsWith('.')
          ? require(path.replace(/[^/]*$/, '') + name.replace(/^\.\//, '').replace(/\.js$/, ''))
          : require(name + '/lib/index');
      });
    }
    return loaded.get(path).exports;
  }

  const { URL, URLSearchParams } = require('whatwg-url/index');
  return { URL, URLSearchParams };
})

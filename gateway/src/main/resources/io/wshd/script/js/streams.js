// The Streams standard: npm's web-streams-polyfill.
(function (host) {
  'use strict';

  const module = { exports: {} };
  host.library('vendor/web-streams/dist/ponyfill.es2018')(module, module.exports);
  return module.exports;
})

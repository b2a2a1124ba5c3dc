// What handlers import as "wshd".
export const { log, config, connections, broadcast } = globalThis[Symbol.for('wshd')];

// The types of handlers in JavaScript, for editors: what the hooks get, and what the module "wshd" has.

declare module 'wshd' {
  /** What can be sent: a string goes as text, bytes as a binary message. */
  export type Sendable = string | ArrayBuffer | ArrayBufferView;

  /** A text message is a string, a binary one a Uint8Array. */
  export type Message = string | Uint8Array<ArrayBuffer>;

  /** A WebSocket handshake, and the connection that comes of it. Attributes of your own may be set on it. */
  export interface WebSocketRequest {
    /** No two connections of the gateway have the same. It is in front of what the connection's handler logs. */
    readonly id: number;
    readonly method: string;
    /** Path and query, as the client has sent them. */
    readonly resource: string;
    /** Whether the client came over TLS. */
    readonly secure: boolean;
    readonly headers: Headers;
    /** Of the page that connects; null if the client says none. */
    readonly origin: string | null;
    readonly remoteAddress: { readonly host: string; readonly port: number };
    /** The subprotocols that the client offers, the best first. */
    readonly requestedProtocols: readonly string[];
    /** Set it to one of them in webSocketDoExtraHandshake; if there are some, one has to be chosen. */
    protocol: string | null;
    /** Pairs [name, value] for the answer to the handshake; in webSocketDoExtraHandshake. */
    readonly extraHeaders: [name: string, value: string][];
    /** The messages; in webSocketTransferData. */
    readonly stream: MessageStream;
    /** How the client has closed: 1005 without a code, 1006 without a word; null before. */
    readonly closeCode: number | null;
    readonly closeReason: string | null;
    [attribute: string]: any;
  }

  /** One WebSocket. A `for await` loop over it gives the messages, and ends when the client closes. */
  export interface MessageStream extends AsyncIterable<Message> {
    /** Waits for the next message; null when there will be no more. */
    receive(): Promise<Message | null>;
    /**
     * Sends a message. Await it: it resolves when the client's socket has room for the next one. Rejects when the
     * connection has ended, or when too much waits that was not awaited.
     */
    send(message: Sendable): Promise<void>;
    /** Closes, with 1000 if no code is given; resolves when the client has answered, or has not in time. */
    close(code?: number, reason?: string): Promise<void>;
  }

  /** An answer to the client's close. */
  export interface CloseAnswer {
    code?: number;
    reason?: string;
  }

  /** Called before a connection is accepted; to refuse it, throw, perhaps an error with a `status`. */
  export type HandshakeHook = (request: WebSocketRequest) => void | Promise<void>;
  /** Called once for each connection, which is closed when it returns. */
  export type TransferHook = (request: WebSocketRequest) => void | Promise<void>;
  /** Called when the client closes first. */
  export type ClosingHook = (request: WebSocketRequest) => CloseAnswer | void | Promise<CloseAnswer | void>;

  /** Writes into the gateway's log, with the script's name and the connection's number. Formats as console.log does. */
  export const log: {
    debug(...values: unknown[]): void;
    info(...values: unknown[]): void;
    warn(...values: unknown[]): void;
    error(...values: unknown[]): void;
  };

  /** What the gateway's configuration says to this script. */
  export const config: {
    /** The script's file as the log names it. */
    readonly script: string;
    /** The name of the interpreter that runs it. */
    readonly interpreter: string;
    readonly arguments: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  };

  /** An open connection of this script. */
  export interface Connection {
    /** As in WebSocketRequest. */
    readonly id: number;
    readonly resource: string;
    readonly remoteAddress: { readonly host: string; readonly port: number };
    readonly since: Date;
    readonly isOpen: boolean;
    /**
     * Sends without waiting. A client for which too much waits is closed with 1013.
     * @returns whether the message is sent, or will be
     */
    send(message: Sendable): boolean;
    /** Closes, with 1000 if no code is given; its handler sees the end of its messages. */
    close(code?: number, reason?: string): void;
  }

  /** The open connections of this script, in all its versions; the oldest first. */
  export function connections(): Connection[];

  /**
   * Sends a message to all connections of this script, in all its versions, without waiting for any of them. A client
   * for which too much waits is closed with 1013.
   * @returns to how many
   */
  export function broadcast(message: Sendable): number;
}

/**
 * How bytes get from one node to another. Everything above knows the network by these interfaces alone, so that it runs as well on one
 * that exists in memory.
 *
 * @module
 */

/** Where a node listens, or from where it speaks. */
export interface Address {
  /** Name or number of the host. */
  readonly host: string;
  /** Port; 0 when listening asks for any that is free. */
  readonly port: number;
}

/** A stream of bytes in both directions. */
export interface Connection {
  /** This end. */
  readonly localAddress: Address;
  /** The other end. */
  readonly remoteAddress: Address;
  /**
   * Reads what there is, at least one byte.
   *
   * @returns the bytes read; 0 when the other side has ended, or this one has closed
   * @throws {NetworkError} when the connection breaks
   */
  read(into: Uint8Array): Promise<number>;
  /**
   * Writes all of `bytes`, which must not change until then.
   *
   * @throws {NetworkError} when the connection breaks, or is closed
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the connection at once; reads and writes under way end. */
  close(): void;
}

/** Takes connections. */
export interface Listener {
  /** Where it listens, with the port that it got. */
  readonly address: Address;
  /**
   * Waits for the next connection.
   *
   * @returns `undefined` once the listener is closed
   */
  accept(): Promise<Connection | undefined>;
  /** Takes no more connections; those it took go on. */
  close(): void;
}

/** How to listen. */
export interface ListenOptions {
  /** Connections that may wait to be accepted. Default: the network's own. */
  readonly backlog?: number;
}

/** A network. */
export interface Transport {
  /**
   * Starts to listen. An empty host stands for all addresses of the machine.
   *
   * @throws {NetworkError} when the address is in use, or not one of this machine
   */
  listen(address: Address, options?: ListenOptions): Promise<Listener>;
  /**
   * Connects.
   *
   * @throws {NetworkError} when nobody answers there
   * @throws the signal's reason, when it aborts first
   */
  connect(address: Address, signal?: AbortSignal): Promise<Connection>;
  /**
   * The numbers of a host, as {@linkcode Connection.remoteAddress} gives them.
   *
   * @throws {NetworkError} when no host has that name
   */
  resolve(host: string): Promise<readonly string[]>;
  /**
   * The names that a host has by itself, one for each of its numbers; a number that has no name stands for itself.
   *
   * @throws {NetworkError} when no host has that name
   */
  canonicalNames(host: string): Promise<readonly string[]>;
  /** The name by which others find this machine; `localhost` when it has none that can be looked up. */
  localName(): Promise<string>;
}

/** What went wrong with the network. */
export type NetworkErrorKind =
  | "address-in-use"
  | "address-not-available"
  | "permission-denied"
  | "refused"
  | "unknown-host"
  | "disconnected";

/** A failure of the network. */
export class NetworkError extends Error {
  /** Name of the class, which does not depend on how the code was packed. */
  override readonly name = "NetworkError";
  /** What went wrong. */
  readonly kind: NetworkErrorKind;

  /**
   * Makes one.
   *
   * @param kind what went wrong
   * @param message says so, with the address
   */
  constructor(kind: NetworkErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** `host:port`, with brackets around a host that has colons itself. */
export function addressText({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The one form of a host's number that is compared; a name is only made lower-case. */
export function canonicalHost(host: string): string {
  const plain = /^\[.*\]$/.test(host) ? host.slice(1, -1) : host;
  if (!plain.includes(":")) return plain.toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  if (mapped !== null) return mapped[1]!;
  return URL.canParse(`http://[${plain}]`)
    ? new URL(`http://[${plain}]`).hostname.slice(1, -1)
    : plain.toLowerCase();
}

/** Whether a host is given by number, so that nobody need be asked for it. */
export function isHostNumber(host: string): boolean {
  return host.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

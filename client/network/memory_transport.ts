/**
 * A network in memory: for tests, for clusters in one process, and for simulation. It delivers in order, holds back a writer whose reader does
 * not read, and can be told to fail.
 *
 * @module
 */

import { MemoryConnection, type MemoryNetworkFaults, Pipe } from "./memory_connection.ts";
import {
  type Address,
  addressText,
  canonicalHost,
  type Connection,
  type Listener,
  type ListenOptions,
  NetworkError,
  type Transport,
} from "./transport.ts";

const FIRST_EPHEMERAL_PORT = 49_152;
const LAST_PORT = 65_535;
/** Connections that may wait to be accepted, when the listener does not say. */
const DEFAULT_BACKLOG = 4096;

/** A network of its own; only those who share it can reach each other. */
export class MemoryTransport implements Transport {
  readonly #listeners = new Map<number, MemoryListener>();
  readonly #connections = new Set<MemoryConnection>();
  readonly #faults: MemoryNetworkFaults;
  #nextPort = FIRST_EPHEMERAL_PORT;

  /**
   * Makes a network without nodes.
   *
   * @param faults what goes wrong in it
   */
  constructor(faults: MemoryNetworkFaults = {}) {
    this.#faults = faults;
  }

  /** Listens; all hosts are the same machine. */
  listen(address: Address, options: ListenOptions = {}): Promise<Listener> {
    const port = address.port === 0 ? this.#freePort() : address.port;
    if (this.#listeners.has(port)) {
      return Promise.reject(
        new NetworkError(
          "address-in-use",
          `Failed to listen on ${addressText(address)}: the address is in use`,
        ),
      );
    }
    const listener = new MemoryListener(
      { host: address.host, port },
      options.backlog ?? DEFAULT_BACKLOG,
      () => this.#listeners.delete(port),
    );
    this.#listeners.set(port, listener);
    return Promise.resolve(listener);
  }

  /** Connects to a node of this network; waits while too many others wait to be accepted. */
  async connect(address: Address, signal?: AbortSignal): Promise<Connection> {
    signal?.throwIfAborted();
    const mayConnect = this.#faults.mayConnect?.(address) !== false;
    let listener = mayConnect ? this.#listeners.get(address.port) : undefined;
    while (listener?.hasRoom === false) {
      await listener.change(signal);
      listener = this.#listeners.get(address.port);
    }
    if (listener === undefined) {
      throw new NetworkError(
        "refused",
        `Failed to connect to ${addressText(address)}: nobody listens there`,
      );
    }
    const local: Address = { host: "127.0.0.1", port: this.#freePort() };
    const there = new Pipe();
    const back = new Pipe();
    listener.offer(this.#connection(listener.address, local, there, back));
    return this.#connection(local, listener.address, back, there);
  }

  /** Names are numbers here. */
  resolve(host: string): Promise<readonly string[]> {
    return Promise.resolve([canonicalHost(host)]);
  }

  /** Nobody has another name here. */
  canonicalNames(host: string): Promise<readonly string[]> {
    return this.resolve(host);
  }

  /** All hosts are the same machine. */
  localName(): Promise<string> {
    return Promise.resolve("localhost");
  }

  /**
   * Breaks connections, for both sides.
   *
   * @param matches which; each connection is asked about from both its ends. Default: all
   * @returns how many
   */
  breakConnections(matches: (from: Address, to: Address) => boolean = () => true): number {
    let broken = 0;
    for (const connection of [...this.#connections]) {
      if (!matches(connection.localAddress, connection.remoteAddress)) continue;
      if (connection.break()) broken++;
    }
    return broken;
  }

  #connection(from: Address, to: Address, input: Pipe, output: Pipe): MemoryConnection {
    const connection = new MemoryConnection(
      from,
      to,
      input,
      output,
      this.#faults,
      () => this.#connections.delete(connection),
    );
    this.#connections.add(connection);
    return connection;
  }

  #freePort(): number {
    do {
      if (this.#nextPort > LAST_PORT) this.#nextPort = FIRST_EPHEMERAL_PORT;
    } while (this.#listeners.has(this.#nextPort++));
    return this.#nextPort - 1;
  }
}

class MemoryListener implements Listener {
  readonly address: Address;
  readonly #backlog: number;
  readonly #onClose: () => void;
  readonly #offered: MemoryConnection[] = [];
  readonly #forRoom: (() => void)[] = [];
  #waiting: ((connection: Connection | undefined) => void) | undefined;
  #isClosed = false;

  constructor(address: Address, backlog: number, onClose: () => void) {
    this.address = address;
    this.#backlog = backlog;
    this.#onClose = onClose;
  }

  get hasRoom(): boolean {
    return this.#offered.length < this.#backlog;
  }

  /** Resolves when there may be room, or the listener is closed. */
  change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal!.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.#forRoom.push(() => {
        signal?.removeEventListener("abort", abort);
        resolve();
      });
    });
  }

  offer(connection: MemoryConnection): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#offered.push(connection);
    else waiting(connection);
  }

  accept(): Promise<Connection | undefined> {
    const offered = this.#offered.shift();
    if (offered !== undefined) this.#wake();
    if (offered !== undefined || this.#isClosed) return Promise.resolve(offered);
    return new Promise((resolve) => this.#waiting = resolve);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose();
    for (const connection of this.#offered.splice(0)) connection.close();
    this.#waiting?.(undefined);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#forRoom.splice(0)) wake();
  }
}

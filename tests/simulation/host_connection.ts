/** What a machine of a simulated cluster has of its network: where it listens, and its ends of connections. */

import {
  type Address,
  type Connection,
  type Listener,
  NetworkError,
} from "../../client/network/transport.ts";

/** What an end needs to know of the network between it and the other one. */
export interface WayBetween {
  /** Resolves when bytes that are written now have come as far as they can without a way. */
  travel(): Promise<void>;
  /** Resolves once bytes can go from one machine to another. */
  passage(from: string, to: string): Promise<void>;
  /** Whether an end belongs to somebody who lives. */
  isThere(end: HostConnection): boolean;
}

const forever = new Promise<never>(() => {});

/** Where a machine listens. */
export class HostListener implements Listener {
  readonly address: Address;
  readonly #onClose: () => void;
  readonly #offered: Connection[] = [];
  #waiting: ((connection: Connection | undefined) => void) | undefined;
  #isClosed = false;

  constructor(address: Address, onClose: () => void) {
    this.address = address;
    this.#onClose = onClose;
  }

  offer(connection: Connection): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#offered.push(connection);
    else waiting(connection);
  }

  accept(): Promise<Connection | undefined> {
    const offered = this.#offered.shift();
    if (offered !== undefined || this.#isClosed) return Promise.resolve(offered);
    return new Promise((resolve) => this.#waiting = resolve);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose();
    for (const connection of this.#offered.splice(0)) connection.close();
    this.#waiting?.(undefined);
  }
}

/** One end of a connection. */
export class HostConnection implements Connection {
  readonly local: Address;
  readonly remote: Address;
  peer!: HostConnection;
  onEnd: () => void = () => {};
  /** What is still read and written here, nobody sees. */
  isOfDead = false;
  readonly #network: WayBetween;
  readonly #inbox: Uint8Array[] = [];
  #wake: (() => void)[] = [];
  /** What was written last is on the other side. */
  #written: Promise<void> = Promise.resolve();
  #isClosed = false;
  #isEnded = false;
  #isBroken = false;

  constructor(network: WayBetween, local: Address, remote: Address) {
    this.#network = network;
    this.local = local;
    this.remote = remote;
  }

  get localAddress(): Address {
    return this.local;
  }

  get remoteAddress(): Address {
    return this.remote;
  }

  async read(into: Uint8Array): Promise<number> {
    for (;;) {
      if (this.isOfDead) await forever;
      if (this.#isClosed) return 0;
      if (this.#isBroken) throw reset();
      const chunk = this.#inbox[0];
      if (chunk !== undefined) {
        const length = Math.min(chunk.length, into.length);
        into.set(chunk.subarray(0, length));
        if (length === chunk.length) this.#inbox.shift();
        else this.#inbox[0] = chunk.subarray(length);
        return length;
      }
      if (this.#isEnded) return 0;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** As into the buffer of a socket, which is never full here. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.isOfDead) return forever;
    if (this.#isBroken || this.#isClosed) return Promise.reject(reset());
    const copy = bytes.slice();
    this.#then(() => this.peer.#arrived(copy));
    return Promise.resolve();
  }

  close(): void {
    if (this.#isClosed || this.isOfDead) return;
    this.#isClosed = true;
    this.#notify();
    this.hangUp();
  }

  /** The other side hears that there is nothing more, once it has all that was written. */
  hangUp(): void {
    this.onEnd();
    this.#then(() => {
      this.peer.#isEnded = true;
      this.peer.#notify();
    });
  }

  /** Ends it for both sides, now. */
  breakBoth(): void {
    for (const end of [this, this.peer]) end.#break();
  }

  #break(): void {
    this.#isBroken = true;
    this.onEnd();
    this.#notify();
  }

  /** Does something on the other side when all that was written before has come there. */
  #then(arrive: () => void): void {
    const travelled = this.#network.travel();
    const before = this.#written;
    this.#written = (async () => {
      await travelled;
      await before;
      await this.#network.passage(this.local.host, this.remote.host);
      if (!this.#isBroken) arrive();
    })();
  }

  #arrived(bytes: Uint8Array): void {
    if (this.#network.isThere(this)) {
      this.#inbox.push(bytes);
      this.#notify();
    } else {
      // Nobody knows this connection here any more.
      this.peer.#break();
    }
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function reset(): NetworkError {
  return new NetworkError("disconnected", "The connection was reset");
}

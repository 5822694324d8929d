/**
 * The network of a cluster, as TCP makes it look: bytes arrive in their order, some time later; while a way is cut they wait for it to be
 * mended, and nobody is told; a process that is killed has its connections reset, a machine without power falls silent. Everything comes
 * from a seed.
 */

import {
  type Address,
  addressText,
  type Connection,
  type Listener,
  NetworkError,
  type Transport,
} from "../../client/network/transport.ts";
import type { Clock } from "../../storage/env.ts";
import type { SeededRandom } from "../support/manual_env.ts";

/** One life of a machine, or of a process on it. */
export interface HostLife {
  /** The machine. */
  readonly host: string;
  /** Aborted when it ends; from then on it neither hears nor says anything. */
  readonly death: AbortSignal;
}

/** Ms that bytes take at most when nothing goes wrong. */
const USUAL_MS = 3;
const forever = new Promise<never>(() => {});

/** See the file's comment. */
export class ClusterNetwork {
  readonly random: SeededRandom;
  readonly clock: Clock;
  readonly #listeners = new Map<string, HostListener>();
  readonly #connections = new Set<HostConnection>();
  readonly #cut = new Set<string>();
  /** Machines without power. */
  readonly #dark = new Set<string>();
  #changed = Promise.withResolvers<void>();
  #nextPort = 50_000;
  /** How many of the writes are late, and by how much at most, ms. */
  lateness = { rate: 0, maxMs: 0 };

  constructor(random: SeededRandom, clock: Clock) {
    this.random = random;
    this.clock = clock;
  }

  /** The network as a machine sees it in one of its lives. */
  of(life: HostLife): Transport {
    return new HostTransport(this, life);
  }

  /** Cuts the way from one machine to another, or mends it; the way back is another. */
  setCut(from: string, to: string, isCut: boolean): void {
    if (isCut) this.#cut.add(`${from} ${to}`);
    else this.#cut.delete(`${from} ${to}`);
    this.#change();
  }

  /** All ways are there, and nothing is late. */
  mend(): void {
    this.#cut.clear();
    this.lateness = { rate: 0, maxMs: 0 };
    this.#change();
  }

  /** Resets the connections between two machines. */
  reset(a: string, b: string): void {
    for (const connection of [...this.#connections]) {
      const { local, remote } = connection;
      if (local.host === a && remote.host === b) connection.breakBoth();
    }
  }

  /** A process has ended: its machine closes what it had open. */
  killed({ host }: HostLife): void {
    this.#unlisten(host);
    for (const connection of [...this.#connections]) {
      if (connection.local.host !== host) continue;
      connection.isOfDead = true;
      connection.hangUp();
    }
  }

  /** A machine has lost its power: nobody is told. */
  powerLost({ host }: HostLife): void {
    this.#dark.add(host);
    this.#unlisten(host);
    for (const connection of [...this.#connections]) {
      if (connection.local.host !== host) continue;
      connection.isOfDead = true;
      this.#connections.delete(connection);
    }
  }

  /** A machine has power. */
  powered(host: string): void {
    this.#dark.delete(host);
    this.#change();
  }

  /** Resolves once bytes can go from one machine to another. */
  async passage(from: string, to: string): Promise<void> {
    while (this.#cut.has(`${from} ${to}`) || this.#dark.has(to)) await this.#changed.promise;
  }

  /** Resolves when bytes that are written now have come as far as they can without a way. */
  travel(): Promise<void> {
    const { random, lateness: { rate, maxMs } } = this;
    return this.clock.sleep(random.next() * (random.chance(rate) ? maxMs : USUAL_MS));
  }

  listen(host: string, { port }: Address): Listener {
    const key = `${host}:${port}`;
    if (this.#listeners.has(key)) throw new NetworkError("address-in-use", `${key} is in use`);
    const listener = new HostListener({ host, port }, () => this.#listeners.delete(key));
    this.#listeners.set(key, listener);
    return listener;
  }

  async connect(life: HostLife, to: Address): Promise<Connection> {
    const { host } = life;
    await this.travel();
    await this.passage(host, to.host);
    // The answer takes the way back.
    await this.passage(to.host, host);
    const listener = this.#listeners.get(`${to.host}:${to.port}`);
    if (life.death.aborted) await forever;
    if (listener === undefined) {
      throw new NetworkError("refused", `Nobody listens on ${addressText(to)}`);
    }
    const local: Address = { host, port: this.#nextPort++ };
    const here = new HostConnection(this, local, to);
    const there = new HostConnection(this, to, local);
    here.peer = there;
    there.peer = here;
    for (const end of [here, there]) {
      end.onEnd = () => this.#connections.delete(end);
      this.#connections.add(end);
    }
    listener.offer(there);
    return here;
  }

  /** Whether an end belongs to somebody who lives. */
  isThere(end: HostConnection): boolean {
    return this.#connections.has(end);
  }

  #unlisten(host: string): void {
    for (const [key, listener] of [...this.#listeners]) {
      if (listener.address.host !== host) continue;
      this.#listeners.delete(key);
      listener.close();
    }
  }

  #change(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}

/** The network in the hands of one life. */
class HostTransport implements Transport {
  readonly #network: ClusterNetwork;
  readonly #life: HostLife;

  constructor(network: ClusterNetwork, life: HostLife) {
    this.#network = network;
    this.#life = life;
  }

  listen(address: Address): Promise<Listener> {
    if (this.#life.death.aborted) return forever;
    return Promise.resolve(this.#network.listen(this.#life.host, address));
  }

  connect(address: Address, signal?: AbortSignal): Promise<Connection> {
    if (this.#life.death.aborted) return forever;
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal!.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.#network.connect(this.#life, address).then((connection) => {
        // Who has given up hears of no connection.
        if (signal?.aborted) connection.close();
        else resolve(connection);
      }, reject).finally(() => signal?.removeEventListener("abort", abort));
    });
  }

  resolve(host: string): Promise<readonly string[]> {
    return Promise.resolve([host]);
  }

  canonicalNames(host: string): Promise<readonly string[]> {
    return this.resolve(host);
  }

  localName(): Promise<string> {
    return Promise.resolve(this.#life.host);
  }
}

class HostListener implements Listener {
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
class HostConnection implements Connection {
  readonly local: Address;
  readonly remote: Address;
  peer!: HostConnection;
  onEnd: () => void = () => {};
  /** What is still read and written here, nobody sees. */
  isOfDead = false;
  readonly #network: ClusterNetwork;
  readonly #inbox: Uint8Array[] = [];
  #wake: (() => void)[] = [];
  /** What was written last is on the other side. */
  #written: Promise<void> = Promise.resolve();
  #isClosed = false;
  #isEnded = false;
  #isBroken = false;

  constructor(network: ClusterNetwork, local: Address, remote: Address) {
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

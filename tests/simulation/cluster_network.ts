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
import { HostConnection, HostListener } from "./host_connection.ts";

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

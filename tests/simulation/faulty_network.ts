/**
 * The network between clients and a broker, as clients see it: requests and answers that are lost, torn, late or repeated, connections
 * on which nothing comes any more, and a broker that is gone from one moment to the next. Everything comes from a seed.
 */

import {
  type Address,
  type Connection,
  type Listener,
  NetworkError,
  type Transport,
} from "../../client/network/transport.ts";
import type { Clock } from "../../storage/env.ts";
import type { SeededRandom } from "../support/manual_env.ts";

/** How often what goes wrong, as probabilities: of connections, or of frames. */
export interface Weather {
  /** Connecting is refused. */
  readonly refuse: number;
  /** Connecting has no end. */
  readonly ignore: number;
  /** The connection breaks, and the frame does not arrive. */
  readonly lose: number;
  /** The connection breaks in the middle of the frame. */
  readonly tear: number;
  /** Neither the frame nor any other arrives, and nobody is told. */
  readonly freeze: number;
  /** An answer comes twice. */
  readonly repeat: number;
  /** The frame is late. */
  readonly delay: number;
  /** How late at most, ms. */
  readonly maxDelayMs: number;
}

/** Nothing goes wrong. */
export const CALM: Weather = {
  refuse: 0,
  ignore: 0,
  lose: 0,
  tear: 0,
  freeze: 0,
  repeat: 0,
  delay: 0,
  maxDelayMs: 0,
};

/** Nothing arrives, and nobody is told. */
export const BLACK_HOLE: Weather = { ...CALM, ignore: 1, freeze: 1 };

/** Ms that every frame takes at most when nothing goes wrong. */
const USUAL_MS = 3;

/** What the connections of a network have in common. */
interface Sky {
  readonly random: SeededRandom;
  readonly clock: Clock;
  weather: Weather;
}

/** See the file's comment. */
export class FaultyNetwork implements Transport {
  readonly #sky: Sky;
  readonly #connections = new Set<FaultyConnection>();
  #broker: Transport | undefined;

  constructor(random: SeededRandom, clock: Clock) {
    this.#sky = { random, clock, weather: CALM };
  }

  set weather(weather: Weather) {
    this.#sky.weather = weather;
  }

  /** A broker is there. */
  attach(broker: Transport): void {
    this.#broker = broker;
  }

  /** The broker is gone, with all connections to it and all that was on its way. */
  detach(): void {
    this.#broker = undefined;
    this.breakConnections();
  }

  /** Breaks all connections. */
  breakConnections(): void {
    for (const connection of [...this.#connections]) connection.break();
  }

  async connect(address: Address, signal?: AbortSignal): Promise<Connection> {
    signal?.throwIfAborted();
    const { random, clock, weather } = this.#sky;
    if (random.chance(weather.ignore)) await clock.sleep(Infinity, signal);
    await clock.sleep(random.next() * USUAL_MS, signal);
    const refused = random.chance(weather.refuse);
    if (refused || this.#broker === undefined) {
      throw new NetworkError("refused", `Nobody listens on port ${address.port}`);
    }
    const inner = await this.#broker.connect(address, signal);
    const connection = new FaultyConnection(
      this.#sky,
      inner,
      () => this.#connections.delete(connection),
    );
    this.#connections.add(connection);
    return connection;
  }

  listen(): Promise<Listener> {
    throw new TypeError("Clients do not listen");
  }

  resolve(host: string): Promise<readonly string[]> {
    return Promise.resolve([host]);
  }

  canonicalNames(host: string): Promise<readonly string[]> {
    return this.resolve(host);
  }

  localName(): Promise<string> {
    return Promise.resolve("localhost");
  }
}

type Fate = "arrive" | "lose" | "tear" | "freeze" | "repeat";

/** A client's end of a connection. Each write is a frame, as `BrokerConnection` writes them. */
class FaultyConnection implements Connection {
  readonly localAddress: Address;
  readonly remoteAddress: Address;
  readonly #sky: Sky;
  readonly #inner: Connection;
  readonly #onEnd: () => void;
  /** What has arrived here. */
  readonly #inbox: Uint8Array[] = [];
  #wake: (() => void)[] = [];
  /** What was written last is delivered. */
  #written: Promise<void> = Promise.resolve();
  #isFrozen = false;
  #isBroken = false;
  #isClosed = false;

  constructor(sky: Sky, inner: Connection, onEnd: () => void) {
    this.#sky = sky;
    this.#inner = inner;
    this.#onEnd = onEnd;
    this.localAddress = inner.localAddress;
    this.remoteAddress = inner.remoteAddress;
    void this.#receive();
  }

  async read(into: Uint8Array): Promise<number> {
    for (;;) {
      if (this.#isClosed) return 0;
      const chunk = this.#inbox[0];
      if (chunk !== undefined) {
        const length = Math.min(chunk.length, into.length);
        into.set(chunk.subarray(0, length));
        if (length === chunk.length) this.#inbox.shift();
        else this.#inbox[0] = chunk.subarray(length);
        return length;
      }
      if (this.#isBroken) throw reset();
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** As into the buffer of a socket: it arrives later, also when the connection is closed meanwhile. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isBroken || this.#isClosed) throw reset();
    const frame = bytes.slice();
    const fate = this.#fate();
    const arrival = this.#arrival();
    const before = this.#written;
    this.#written = (async () => {
      await arrival;
      await before;
      await this.#send(frame, fate);
    })();
    // A socket that nobody reads from is full some day.
    while (this.#isFrozen && this.#sky.random.chance(0.5)) {
      if (this.#isBroken || this.#isClosed) throw reset();
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onEnd();
    this.#notify();
    // Who is frozen out does not hear of it.
    void this.#written.then(() => this.#isFrozen || this.#inner.close());
  }

  /** Ends it for both sides. */
  break(): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#onEnd();
    this.#inner.close();
    this.#notify();
  }

  async #send(frame: Uint8Array, fate: Fate): Promise<void> {
    if (this.#isBroken || this.#isFrozen) return;
    if (fate === "freeze") this.#isFrozen = true;
    else if (fate === "lose") this.break();
    else {
      const bytes = fate === "tear" ? this.#torn(frame) : frame;
      await this.#inner.write(bytes).catch(() => this.break());
      if (fate === "tear") this.break();
    }
  }

  /** Takes answers from the broker, each with its size in front. */
  async #receive(): Promise<void> {
    let held = new Uint8Array(0);
    let before = Promise.resolve();
    const buffer = new Uint8Array(64 * 1024);
    for (;;) {
      const read = await this.#inner.read(buffer).catch(() => 0);
      if (read === 0) break;
      const joined = new Uint8Array(held.length + read);
      joined.set(held);
      joined.set(buffer.subarray(0, read), held.length);
      held = joined;
      while (held.length >= 4) {
        const length = 4 + new DataView(held.buffer, held.byteOffset).getInt32(0);
        if (held.length < length) break;
        const frame = held.slice(0, length);
        held = held.slice(length);
        const last = before;
        const fate = this.#fate();
        const arrival = this.#arrival();
        before = (async () => {
          await arrival;
          await last;
          this.#arrived(frame, fate);
        })();
      }
    }
    void before.then(() => this.#isFrozen || this.break());
  }

  #arrived(frame: Uint8Array, fate: Fate): void {
    if (this.#isBroken || this.#isFrozen) return;
    if (fate === "freeze") {
      this.#isFrozen = true;
      return;
    }
    if (fate === "lose") return this.break();
    this.#inbox.push(fate === "tear" ? this.#torn(frame) : frame);
    if (fate === "repeat") this.#inbox.push(frame);
    if (fate === "tear") this.break();
    this.#notify();
  }

  #fate(): Fate {
    const { random, weather } = this.#sky;
    let roll = random.next();
    for (const fate of ["lose", "tear", "freeze", "repeat"] as const) {
      roll -= weather[fate];
      if (roll < 0) return fate;
    }
    return "arrive";
  }

  #arrival(): Promise<void> {
    const { random, clock, weather: { delay, maxDelayMs } } = this.#sky;
    return clock.sleep(random.next() * (random.chance(delay) ? maxDelayMs : USUAL_MS));
  }

  #torn(frame: Uint8Array): Uint8Array {
    return frame.subarray(0, 1 + this.#sky.random.below(frame.length - 1));
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function reset(): NetworkError {
  return new NetworkError("disconnected", "The connection was reset");
}

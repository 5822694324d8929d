/** A network between replicas that loses, delays, doubles and reorders what they say, and can be cut, also in one direction alone. */

import type { RaftNetwork } from "../../cluster/raft/raft_network.ts";
import type {
  RaftDestination,
  RaftFailure,
  RaftRequest,
  RaftResponse,
} from "../../cluster/raft/raft_message.ts";
import type { SeededRandom } from "../support/manual_env.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** Who answers at a node while it is up. */
export type Handler = (request: RaftRequest) => Promise<RaftResponse | RaftFailure>;

/** Told of everything that is said. */
export interface Eavesdropper {
  /** A replica asks. */
  asked(from: number, life: number, request: RaftRequest): void;
  /** A replica has answered, whether or not anybody hears it. */
  answered(node: number, request: RaftRequest, response: RaftResponse | RaftFailure): void;
}

/** How bad it is. */
export interface Weather {
  /** Probability that a message is lost. */
  readonly loss: number;
  /** Probability that a request comes twice. */
  readonly duplication: number;
  /** Probability that a message takes very long. */
  readonly slow: number;
  /** Probability that a node that is up refuses to be connected to, as if it were down. */
  readonly refusal: number;
}

export const FAIR: Weather = { loss: 0, duplication: 0, slow: 0, refusal: 0 };

const FOREVER = new Promise<never>(() => {});

/** See the file's comment. */
export class QuorumNetwork {
  weather: Weather = FAIR;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #ears: Eavesdropper;
  readonly #handlers = new Map<number, Handler>();
  /** Directions in which nothing gets through, as `from>to`. */
  readonly #cut = new Set<string>();

  constructor(clock: VirtualClock, random: SeededRandom, ears: Eavesdropper) {
    this.#clock = clock;
    this.#random = random;
    this.#ears = ears;
  }

  /** A node is up. */
  attach(node: number, handler: Handler): void {
    this.#handlers.set(node, handler);
  }

  /** A node is down. */
  detach(node: number): void {
    this.#handlers.delete(node);
  }

  /** Lets nothing through from some nodes to others. */
  cut(from: readonly number[], to: readonly number[]): void {
    for (const a of from) for (const b of to) this.#cut.add(`${a}>${b}`);
  }

  /** Makes everything good. */
  heal(): void {
    this.#cut.clear();
    this.weather = FAIR;
  }

  /** The network as one life of a node has it. */
  of(node: number, life: number, isAlive: () => boolean): RaftNetwork {
    return {
      send: (to, request) => {
        if (!isAlive()) return FOREVER;
        this.#ears.asked(node, life, request);
        return this.#send(node, to, request);
      },
      close() {},
    };
  }

  async #send(
    from: number,
    to: RaftDestination,
    request: RaftRequest,
  ): Promise<RaftResponse | RaftFailure> {
    if (this.#random.chance(this.weather.duplication)) {
      this.#deliver(from, to.id, request).catch(() => {});
    }
    return await this.#deliver(from, to.id, request);
  }

  async #deliver(
    from: number,
    to: number,
    request: RaftRequest,
  ): Promise<RaftResponse | RaftFailure> {
    await this.#way(from, to);
    const handler = this.#handlers.get(to);
    if (this.#random.chance(handler === undefined ? 0.5 : this.weather.refusal)) {
      return { type: "failure", error: "BROKER_NOT_AVAILABLE" };
    }
    // The whole machine is down.
    if (handler === undefined) throw new Error(`Node ${to} is down`);
    const response = await handler(request);
    // Whoever has died meanwhile has said nothing.
    if (this.#handlers.get(to) !== handler) return await FOREVER;
    this.#ears.answered(to, request, response);
    await this.#way(to, from);
    return response;
  }

  async #way(from: number, to: number): Promise<void> {
    const random = this.#random;
    const isLost = random.chance(this.weather.loss);
    const delay = random.chance(this.weather.slow) ? random.next() * 4000 : 1 + random.next() * 8;
    await this.#clock.sleep(delay);
    if (isLost || this.#cut.has(`${from}>${to}`)) await FOREVER;
  }
}

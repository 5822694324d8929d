/**
 * The brokers that a producer sends to: whether they take a request now.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { KafkaClient } from "../kafka_client.ts";
import type { BrokerConnection } from "../network/broker_connection.ts";

/** One broker. */
interface ProduceNode {
  isConnecting: boolean;
  /** Requests without an answer. */
  inFlight: number;
  /** It has asked for a pause until then. */
  mutedUntilMs: number;
  /** When there was last something for it. */
  readyMs: number;
  /** When it could last be sent something. */
  drainedMs: number;
}

/** What the brokers are watched with. */
export interface ProduceNodesOptions {
  /** Makes the connections. */
  readonly client: KafkaClient;
  /** The time. */
  readonly clock: Clock;
  /** Requests without an answer that a broker may have. */
  readonly maxInFlight: number;
  /** After how long without taking records a broker's partitions are passed over, ms; 0 for never. */
  readonly availabilityTimeoutMs: number;
  /** Told when a connection is there, or has failed. */
  readonly changed: (connection: BrokerConnection | undefined) => void;
}

/** All brokers that there was something for. */
export class ProduceNodes {
  readonly #options: ProduceNodesOptions;
  readonly #nodes = new Map<number, ProduceNode>();

  /** Knows of none. */
  constructor(options: ProduceNodesOptions) {
    this.#options = options;
  }

  /** Requests without an answer, of all brokers. */
  get inFlight(): number {
    let sum = 0;
    for (const { inFlight } of this.#nodes.values()) sum += inFlight;
    return sum;
  }

  /** The connection to a broker that takes a request now; otherwise one is made, if that is what is missing. */
  ready(id: number, now: number): BrokerConnection | undefined {
    const { client, maxInFlight } = this.#options;
    const node = this.#node(id);
    node.readyMs = now;
    const connection = client.openConnection(id);
    if (connection === undefined) this.#connect(id, node);
    else if (node.inFlight < maxInFlight && node.mutedUntilMs <= now) {
      node.drainedMs = now;
      return connection;
    }
    return undefined;
  }

  /** When a broker's pause ends; infinite when there is none. */
  pauseEndMs(id: number, now: number): number {
    const { mutedUntilMs } = this.#node(id);
    return mutedUntilMs > now ? mutedUntilMs : Infinity;
  }

  /** A request goes to a broker. */
  sent(id: number): void {
    this.#node(id).inFlight++;
  }

  /** It is answered, or will not be. */
  answered(id: number): void {
    this.#node(id).inFlight--;
  }

  /** A broker asks for a pause (KIP-219). */
  pause(id: number, untilMs: number): void {
    const node = this.#node(id);
    node.mutedUntilMs = Math.max(node.mutedUntilMs, untilMs);
  }

  /** Whether a broker has taken no records for so long that its partitions are passed over (KIP-794). */
  isSlow(id: number): boolean {
    const { availabilityTimeoutMs } = this.#options;
    const node = this.#nodes.get(id);
    if (availabilityTimeoutMs <= 0 || node === undefined) return false;
    return node.readyMs - node.drainedMs > availabilityTimeoutMs;
  }

  #node(id: number): ProduceNode {
    let node = this.#nodes.get(id);
    if (node === undefined) {
      const now = this.#options.clock.monotonic();
      node = {
        isConnecting: false,
        inFlight: 0,
        mutedUntilMs: -Infinity,
        readyMs: now,
        drainedMs: now,
      };
      this.#nodes.set(id, node);
    }
    return node;
  }

  #connect(id: number, node: ProduceNode): void {
    if (node.isConnecting) return;
    const { client, changed } = this.#options;
    node.isConnecting = true;
    client.connect(id).then(
      (connection) => {
        node.isConnecting = false;
        changed(connection);
      },
      () => {
        node.isConnecting = false;
        changed(undefined);
      },
    );
  }
}

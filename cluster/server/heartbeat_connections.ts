/**
 * Over which connections brokers tell a controller that they are there.
 *
 * @module
 */

import type { BrokerRun } from "../controller/broker_heartbeats.ts";

/** The connections by their ids, each with the broker that was heard over it last. */
export class HeartbeatConnections {
  readonly #runs = new Map<string, BrokerRun>();
  readonly #onEnded: (run: BrokerRun) => void;

  /** @param onEnded told when a connection of a broker has ended */
  constructor(onEnded: (run: BrokerRun) => void) {
    this.#onEnded = onEnded;
  }

  /** A broker was heard over a connection. */
  heard(connectionId: string, { brokerId, brokerEpoch }: BrokerRun): void {
    const known = this.#runs.get(connectionId);
    if (known?.brokerId === brokerId && known.brokerEpoch === brokerEpoch) return;
    this.#runs.set(connectionId, { brokerId, brokerEpoch });
  }

  /** A connection has ended, a broker's or another. */
  ended(connectionId: string): void {
    const run = this.#runs.get(connectionId);
    if (run === undefined) return;
    this.#runs.delete(connectionId);
    this.#onEnded(run);
  }
}

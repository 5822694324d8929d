/**
 * Misfortune for a network in memory, the same for the same seed.
 *
 * @module
 */

import type { Clock, Random } from "../../storage/env.ts";
import type { MemoryNetworkFaults } from "./memory_connection.ts";
import type { Address } from "./transport.ts";

/** How often what goes wrong. */
export interface RandomFaultsOptions {
  /** Where chance comes from. */
  readonly random: Random;
  /** What delays are measured with. */
  readonly clock: Clock;
  /** Probability that a connection is refused. Default: 0. */
  readonly refuse?: number;
  /** Probability that a write breaks its connection. Default: 0. */
  readonly drop?: number;
  /** Probability that a write arrives later. Default: 0. */
  readonly delay?: number;
  /** Longest delay, ms. Default: 100. */
  readonly maxDelayMs?: number;
  /** Which nodes cannot reach each other at the moment. Default: none. */
  readonly isSeparated?: (from: Address, to: Address) => boolean;
}

/** Faults by chance. */
export function randomFaults(options: RandomFaultsOptions): MemoryNetworkFaults {
  const { random, clock, refuse = 0, drop = 0, delay = 0, maxDelayMs = 100 } = options;
  return {
    mayConnect: () => random.next() >= refuse,
    mayDeliver(from: Address, to: Address): boolean | Promise<boolean> {
      if (options.isSeparated?.(from, to) === true || random.next() < drop) return false;
      if (random.next() >= delay) return true;
      return clock.sleep(Math.ceil(random.next() * maxDelayMs)).then(() => true);
    },
  };
}

/**
 * Which connections a broker takes, and how quickly.
 *
 * @module
 */

import { canonicalHost, isHostNumber } from "../../client/network/transport.ts";
import type { Clock } from "../../storage/env.ts";
import { ConnectionRate } from "./connection_rate.ts";

/** Bounds of a listener; read anew for each connection, as they may change. */
export interface ConnectionLimitsConfig {
  /** `max.connections`. */
  readonly maxConnections: number;
  /** `max.connections.per.ip`. */
  readonly maxConnectionsPerIp: number;
  /** `max.connections.per.ip.overrides`: by address or host name. */
  readonly maxConnectionsPerIpOverrides: ReadonlyMap<string, number>;
  /** `max.connection.creation.rate`, of all listeners together, a second. */
  readonly maxConnectionCreationRate: number;
  /** `listener.name.x.max.connections`; no bound of its own when it is infinite. */
  readonly maxListenerConnections: (listener: string) => number;
  /** `listener.name.x.max.connection.creation.rate`. */
  readonly maxListenerConnectionCreationRate: (listener: string) => number;
  /** The listener of other brokers: when there are others beside it, the bounds of all together are not for it. */
  readonly interBrokerListenerName?: string;
}

/** Finds the numbers of a host's name. */
export type HostResolver = (host: string) => Promise<readonly string[]>;

/** Counts the connections of all listeners (Kafka's `ConnectionQuotas`). */
export class ConnectionLimits {
  readonly #clock: Clock;
  readonly #config: ConnectionLimitsConfig;
  readonly #byListener = new Map<string, number>();
  readonly #byHost = new Map<string, number>();
  readonly #rate = new ConnectionRate();
  readonly #listenerRates = new Map<string, ConnectionRate>();
  #overrides: ReadonlyMap<string, number> = new Map();
  #total = 0;
  #waiting: (() => void)[] = [];

  /** Counts from zero. */
  constructor(clock: Clock, config: ConnectionLimitsConfig) {
    this.#clock = clock;
    this.#config = config;
  }

  /** Connections there are. */
  get total(): number {
    return this.#total;
  }

  /** Makes a listener known. */
  addListener(listener: string): void {
    this.#byListener.set(listener, this.#byListener.get(listener) ?? 0);
  }

  /** Forgets a listener that has no connections any more. */
  removeListener(listener: string): void {
    this.#byListener.delete(listener);
    this.#listenerRates.delete(listener);
  }

  /**
   * Waits until a listener may have a connection more, and counts it: there must be room for it, and it must not come too soon after the others.
   *
   * @param signal ends the waiting, when the listener closes
   * @returns whether it may stay; else its host has as many as it may have, and it is not counted
   */
  async admit(listener: string, host: string, signal: AbortSignal): Promise<boolean> {
    const delay = this.#delay(listener);
    if (delay > 0) await this.#clock.sleep(delay, signal);
    while (!this.#hasRoom(listener)) await this.#change(signal);
    const fromHost = this.#byHost.get(host) ?? 0;
    if (fromHost >= this.maxConnectionsOf(host)) return false;
    this.#byHost.set(host, fromHost + 1);
    this.#byListener.set(listener, (this.#byListener.get(listener) ?? 0) + 1);
    this.#total++;
    return true;
  }

  /** How many connections a host may have. */
  maxConnectionsOf(host: string): number {
    return this.#overrides.get(host) ?? this.#config.maxConnectionsPerIp;
  }

  /** A counted connection has ended. */
  remove(listener: string, host: string): void {
    const fromHost = this.#byHost.get(host)! - 1;
    if (fromHost === 0) this.#byHost.delete(host);
    else this.#byHost.set(host, fromHost);
    this.#byListener.set(listener, this.#byListener.get(listener)! - 1);
    this.#total--;
    this.#wake();
  }

  /** Connections of unprotected listeners that are too many, because the bound is lower now or a protected listener took some. */
  get excess(): number {
    return Math.max(0, this.#total - this.#config.maxConnections);
  }

  /** Whether the bounds of all listeners together are not for this one. */
  isProtected(listener: string): boolean {
    return listener === this.#config.interBrokerListenerName && this.#byListener.size > 1;
  }

  /**
   * Takes the bounds as they are now; those who wait look again. Overrides for names hold when the names are resolved.
   *
   * @throws {NetworkError} for a name that no host has; the other overrides hold
   */
  async limitsChanged(resolve: HostResolver): Promise<void> {
    const configured = this.#config.maxConnectionsPerIpOverrides;
    const overrides = new Map<string, number>();
    const names: [string, number][] = [];
    for (const [host, count] of configured) {
      if (isHostNumber(host)) overrides.set(canonicalHost(host), count);
      else names.push([host, count]);
    }
    this.#overrides = overrides;
    this.#wake();
    for (const [name, count] of names) {
      for (const host of await resolve(name)) overrides.set(host, count);
    }
  }

  /** Notes a connection. Returns how long it has to wait, ms. */
  #delay(listener: string): number {
    const now = this.#clock.monotonic();
    const { maxConnectionCreationRate, maxListenerConnectionCreationRate } = this.#config;
    const own = this.#listenerRates.get(listener) ?? new ConnectionRate();
    this.#listenerRates.set(listener, own);
    return Math.max(
      this.isProtected(listener) ? 0 : this.#rate.record(maxConnectionCreationRate, now),
      own.record(maxListenerConnectionCreationRate(listener), now),
    );
  }

  #hasRoom(listener: string): boolean {
    const ofListener = this.#byListener.get(listener) ?? 0;
    return ofListener < this.#config.maxListenerConnections(listener) &&
      (this.isProtected(listener) || this.#total < this.#config.maxConnections);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) return abort();
      signal.addEventListener("abort", abort, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener("abort", abort);
        resolve();
      });
    });
  }
}

/**
 * Opens and closes listeners while the broker runs, as Kafka's `DynamicListenerConfig`.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import type { Endpoint } from "../config/listeners.ts";
import { brokerEndpoints } from "./advertised_endpoints.ts";
import type { SocketServer } from "./socket_server.ts";

/** What {@linkcode DynamicListeners} are made of. */
export interface DynamicListenersOptions {
  /** Says which listeners there are to be. */
  readonly config: Pick<BrokerConfig, "listeners" | "advertisedListeners" | "isSet" | "subscribe">;
  /** Has those that there are. */
  readonly socketServer: Pick<SocketServer, "bind" | "unbind" | "listeners">;
  /** Told when clients find the broker elsewhere than before. */
  readonly endpointsChanged: () => Promise<void>;
  /** Where to say what could not be. */
  readonly logger: Logger;
}

/**
 * Follows `listeners`. As in Kafka, a listener is known by its name: one that has another address in the config than before moves with the
 * next start. When `advertised.listeners` does not say otherwise, the broker registers anew, so that clients of a new listener find it;
 * Kafka's does so with its next start.
 */
export class DynamicListeners {
  readonly #options: DynamicListenersOptions;
  #known: ReadonlyMap<string, Endpoint> = new Map();
  /** What the controller knows. */
  #told = "";
  #working: Promise<void> = Promise.resolve();
  #unsubscribe: () => void = () => {};

  /** @param options what to follow, and whom to tell */
  constructor(options: DynamicListenersOptions) {
    this.#options = options;
  }

  /**
   * Binds the listeners that there are to be at the start.
   *
   * @throws {NetworkError} naming the listener and the address
   */
  async bind(): Promise<void> {
    const { config, socketServer } = this.#options;
    await socketServer.bind(config.listeners);
    this.#known = byName(config.listeners);
    this.#told = this.#endpoints();
  }

  /** Follows the config from here on. */
  follow(): void {
    this.#unsubscribe = this.#options.config.subscribe(
      ["listeners", "listener.security.protocol.map", "advertised.listeners"],
      () => this.#working = this.#working.then(() => this.#apply()),
    );
  }

  /** Follows no more; resolves when nothing is under way. */
  async shutdown(): Promise<void> {
    this.#unsubscribe();
    await this.#working;
  }

  async #apply(): Promise<void> {
    const { config, socketServer, endpointsChanged, logger } = this.#options;
    const before = this.#known;
    const wanted = byName(config.listeners);
    this.#known = new Map([...wanted].filter(([name]) => before.has(name)));
    this.#warnOfMoves(before);
    const removed = [...before.keys()].filter((name) => !wanted.has(name));
    // Their addresses are free at once, their connections may take a while.
    const closed = removed.map((name) => socketServer.unbind(name));
    for (const listener of wanted.values()) {
      if (!before.has(listener.listenerName)) await this.#add(listener);
    }
    const endpoints = this.#endpoints();
    if (endpoints !== this.#told) {
      this.#told = endpoints;
      await endpointsChanged().catch((error) =>
        logger.write("error", "Failed to tell the controller of the listeners", { error })
      );
    }
    await Promise.all(closed);
  }

  async #add(listener: Endpoint): Promise<void> {
    const { socketServer, logger } = this.#options;
    try {
      await socketServer.bind([listener]);
      this.#known = new Map([...this.#known, [listener.listenerName, listener]]);
    } catch (error) {
      logger.write("error", "Failed to add a listener", { error });
    }
  }

  /** Where clients find the broker, as a text. */
  #endpoints(): string {
    const { config, socketServer } = this.#options;
    return JSON.stringify(brokerEndpoints(config, socketServer.listeners));
  }

  #warnOfMoves(before: ReadonlyMap<string, Endpoint>): void {
    for (const [name, { host, port }] of this.#known) {
      const now = before.get(name)!;
      if (now.host === host && now.port === port) continue;
      this.#options.logger.write("warn", "A listener gets its new address with the next start", {
        listener: name,
        host,
        port,
      });
    }
  }
}

function byName(endpoints: readonly Endpoint[]): ReadonlyMap<string, Endpoint> {
  return new Map(endpoints.map((endpoint) => [endpoint.listenerName, endpoint]));
}

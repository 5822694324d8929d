/**
 * The connection to one node: made when it is needed, and again when it has broken, not at once after a failure (Kafka's
 * `ClusterConnectionStates`).
 *
 * @module
 */

import type { Env } from "../storage/env.ts";
import type { ClientConfig } from "./config/client_config.ts";
import { withDeadline } from "./network/deadline.ts";
import { ExponentialBackoff } from "./network/exponential_backoff.ts";
import { BrokerConnection } from "./network/broker_connection.ts";
import {
  type Address,
  addressText,
  type Connection,
  NetworkError,
  type Transport,
} from "./network/transport.ts";

/** What connections are made with. */
export interface NodeConnectionOptions {
  /** Clock, randomness, and who is told what happens. */
  readonly env: Pick<Env, "clock" | "random" | "logger">;
  /** The network. */
  readonly transport: Transport;
  /** The client's configs. */
  readonly config: ClientConfig;
}

/** What the logger is told of a node that nobody answers for, with the fields `clientId`, `node`, `host` and `address`. */
export const NOT_ESTABLISHED = "Connection to a node could not be established";

/** A node, and the connection to it when there is one. */
export class NodeConnection {
  readonly #id: number;
  readonly #options: NodeConnectionOptions;
  readonly #reconnectBackoff: ExponentialBackoff;
  readonly #setupTimeout: ExponentialBackoff;
  readonly #closing = new AbortController();
  #address: Address;
  #open: BrokerConnection | undefined;
  #connecting: Promise<BrokerConnection> | undefined;
  /** Numbers of the host that were not tried yet. */
  #hosts: string[] = [];
  #failures = 0;
  #retryAt = -Infinity;
  #inFlight = 0;
  #lastUsed = -Infinity;

  /**
   * Connects to nothing yet.
   *
   * @param id the node's id, for messages
   */
  constructor(id: number, address: Address, options: NodeConnectionOptions) {
    const { config, env: { random } } = options;
    this.#id = id;
    this.#address = address;
    this.#options = options;
    this.#reconnectBackoff = new ExponentialBackoff(
      config.number("reconnect.backoff.ms"),
      config.number("reconnect.backoff.max.ms"),
      random,
    );
    this.#setupTimeout = new ExponentialBackoff(
      config.number("socket.connection.setup.timeout.ms"),
      config.number("socket.connection.setup.timeout.max.ms"),
      random,
    );
  }

  /** Whether requests can be sent at once. */
  get isConnected(): boolean {
    return this.#open?.isOpen === true;
  }

  /** The connection, if there is one that can be used at once. */
  get open(): BrokerConnection | undefined {
    if (!this.isConnected) return undefined;
    this.#lastUsed = this.#options.env.clock.monotonic();
    return this.#open;
  }

  /** Whether the last attempt failed, so short a time ago that there will be no other yet. */
  get isBackingOff(): boolean {
    return !this.isConnected && this.#connecting === undefined &&
      this.#retryAt > this.#options.env.clock.monotonic();
  }

  /** Requests that wait for answers. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** When it was last used; only differences mean something, ms. */
  get lastUsed(): number {
    return this.#lastUsed;
  }

  /** Takes another address over: the connection to the old one ends. */
  moveTo(address: Address): void {
    if (address.host === this.#address.host && address.port === this.#address.port) return;
    this.#address = address;
    this.#hosts = [];
    this.#failures = 0;
    this.#retryAt = -Infinity;
    this.disconnect();
  }

  /**
   * The connection. After a failure it is waited for the time of the next attempt.
   *
   * @throws {NetworkError} when the node cannot be reached
   * @throws {KafkaError} when it takes too long, or answers with an error
   * @throws the signal's reason, when it aborts first
   */
  async connect(signal?: AbortSignal): Promise<BrokerConnection> {
    signal?.throwIfAborted();
    this.#lastUsed = this.#options.env.clock.monotonic();
    if (this.#open?.isOpen === true) return this.#open;
    this.#connecting ??= this.#connect().finally(() => this.#connecting = undefined);
    // Whoever gives up leaves the attempt to the others.
    return await withDeadline(this.#connecting, signal);
  }

  /** Runs a request on the connection, and counts it meanwhile. */
  async use<R>(
    request: (connection: BrokerConnection) => Promise<R>,
    signal?: AbortSignal,
  ): Promise<R> {
    this.#inFlight++;
    try {
      return await request(await this.connect(signal));
    } finally {
      this.#inFlight--;
      this.#lastUsed = this.#options.env.clock.monotonic();
    }
  }

  /** Ends the connection; the next request makes another. */
  disconnect(): void {
    const open = this.#open;
    this.#open = undefined;
    open?.close();
  }

  /** Ends the connection for good. */
  close(reason: unknown): void {
    this.#closing.abort(reason);
    this.disconnect();
  }

  async #connect(): Promise<BrokerConnection> {
    const { transport, config, env: { clock } } = this.#options;
    const { signal } = this.#closing;
    signal.throwIfAborted();
    const wait = this.#retryAt - clock.monotonic();
    if (wait > 0) await clock.sleep(wait, signal);
    const { port } = this.#address;
    try {
      const host = await this.#nextHost();
      const clientId = config.string("client.id");
      const connection = await BrokerConnection.connect({
        transport: {
          ...transport,
          connect: (address, signal) => this.#reach(address, signal),
        },
        address: { host, port },
        clock,
        clientId,
        setupTimeoutMs: this.#setupTimeout.after(this.#failures),
        requestTimeoutMs: config.number("request.timeout.ms"),
        signal,
      });
      this.#failures = 0;
      this.#hosts = [];
      this.#retryAt = -Infinity;
      this.#open = connection;
      return connection;
    } catch (error) {
      signal.throwIfAborted();
      this.#retryAt = clock.monotonic() + this.#reconnectBackoff.after(this.#failures++);
      throw error;
    }
  }

  async #reach(address: Address, signal: AbortSignal | undefined): Promise<Connection> {
    const { transport, config, env: { logger } } = this.#options;
    try {
      return await transport.connect(address, signal);
    } catch (error) {
      if (error instanceof NetworkError && !this.#closing.signal.aborted) {
        logger.write("warn", NOT_ESTABLISHED, {
          clientId: config.string("client.id"),
          node: this.#id,
          host: this.#address.host,
          address: addressText(address),
        });
      }
      throw error;
    }
  }

  /** All numbers of a name are tried, one with each attempt; then the name is looked up again. */
  async #nextHost(): Promise<string> {
    if (this.#hosts.length === 0) {
      this.#hosts = [...await this.#options.transport.resolve(this.#address.host)];
    }
    return this.#hosts.shift() ?? this.#address.host;
  }
}

/**
 * Takes the connections of one listener.
 *
 * @module
 */

import type { Connection, Listener } from "../../client/network/transport.ts";
import type { Env } from "../../storage/env.ts";
import type { MemoryPool } from "../../client/network/memory_pool.ts";
import type { ConnectionLimits } from "./connection_limits.ts";
import { IdleConnections } from "./idle_connections.ts";
import { type FrameHandler, Processor } from "./processor.ts";
import type { RequestChannel } from "./request_channel.ts";

/** What an acceptor works with. */
export interface AcceptorOptions {
  /** The world. */
  readonly env: Env;
  /** Takes connections. */
  readonly listener: Listener;
  /** Name of the listener. */
  readonly listenerName: string;
  /** Says which may stay. */
  readonly limits: ConnectionLimits;
  /** Where their requests queue. */
  readonly channel: RequestChannel;
  /** Memory for their frames. */
  readonly pool: MemoryPool;
  /** Makes what answers the requests of a new connection. */
  readonly handlerFor: (connection: Connection, connectionId: string) => FrameHandler;
  /** `socket.request.max.bytes`. */
  readonly maxRequestSize: () => number;
  /** `connections.max.idle.ms`. */
  readonly maxIdleMs: () => number;
  /** Told of every connection that has ended. */
  readonly onEnded?: (connectionId: string) => void;
  /** Told of every connection that was taken. */
  readonly onAccepted?: () => void;
}

/** After a failure to accept, such as one for want of descriptors, it waits this long, ms. */
const ACCEPT_RETRY_MS = 100;

/** Accepts connections and has each one served until it ends. */
export class Acceptor {
  readonly #options: AcceptorOptions;
  readonly #processors = new Map<Processor, Connection>();
  readonly #idle: IdleConnections;
  readonly #stop = new AbortController();
  #accepting: Promise<void> | undefined;
  #connections = 0;

  /** Takes nothing yet. */
  constructor(options: AcceptorOptions) {
    this.#options = options;
    this.#idle = new IdleConnections(options.env.clock, options.maxIdleMs);
  }

  /** The connections, in the order of their last sign of life. */
  get idle(): IdleConnections {
    return this.#idle;
  }

  /** Begins to take connections. */
  start(): void {
    this.#accepting = this.#accept();
  }

  /** Takes no more connections; resolves when those there are have ended, each after the request that it has in handling. */
  async shutdown(): Promise<void> {
    this.#stop.abort();
    this.#options.listener.close();
    await this.#accepting;
    await Promise.all([...this.#processors.keys()].map((processor) => processor.stop()));
    this.#idle.stop();
  }

  /** Ends all connections at once. */
  close(): void {
    for (const connection of this.#processors.values()) connection.close();
    this.#idle.stop();
  }

  async #accept(): Promise<void> {
    const { listener, listenerName, env } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        const connection = await listener.accept();
        if (connection === undefined) return;
        await this.#take(connection);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        env.logger.write("error", "Failed to accept a connection", {
          listener: listenerName,
          error,
        });
        await env.clock.sleep(ACCEPT_RETRY_MS, this.#stop.signal).catch(() => {});
      }
    }
  }

  /** Serves a connection, as soon as there is room for it; others wait meanwhile. */
  async #take(connection: Connection): Promise<void> {
    const { listenerName, limits, env, onAccepted } = this.#options;
    const { host } = connection.remoteAddress;
    try {
      if (await limits.admit(listenerName, host, this.#stop.signal)) {
        this.#serve(connection);
        onAccepted?.();
        return;
      }
    } catch (error) {
      connection.close();
      throw error;
    }
    connection.close();
    env.logger.write("info", "Rejected a connection: its address has as many as it may have", {
      listener: listenerName,
      address: host,
      maximum: limits.maxConnectionsOf(host),
    });
  }

  #serve(connection: Connection): void {
    const { listenerName, limits, env, channel, pool, handlerFor, maxRequestSize } = this.#options;
    const { localAddress: local, remoteAddress: remote } = connection;
    const number = this.#connections++;
    const connectionId = `${local.host}:${local.port}-${remote.host}:${remote.port}-0-${number}`;
    const processor: Processor = new Processor({
      connection,
      connectionId,
      channel,
      pool,
      handle: handlerFor(connection, connectionId),
      maxRequestSize,
      onActivity: () => this.#idle.touch(watched),
      logger: env.logger,
    });
    const watched = {
      get isHandling(): boolean {
        return processor.isHandling;
      },
      expire: () => {
        connection.close();
        leave();
      },
    };
    let isCounted = true;
    const leave = () => {
      if (isCounted) limits.remove(listenerName, remote.host);
      isCounted = false;
    };
    this.#processors.set(processor, connection);
    this.#idle.touch(watched);
    void processor.run().then(() => {
      this.#processors.delete(processor);
      this.#idle.delete(watched);
      leave();
      this.#options.onEnded?.(connectionId);
    });
    if (this.#stop.signal.aborted) void processor.stop();
  }
}

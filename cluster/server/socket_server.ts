/**
 * All listeners of a broker.
 *
 * @module
 */

import {
  type Address,
  addressText,
  NetworkError,
  type Transport,
} from "../../client/network/transport.ts";
import type { Env } from "../../storage/env.ts";
import { Acceptor } from "./acceptor.ts";
import { MemoryPool } from "../../client/network/memory_pool.ts";
import { ConnectionLimits, type ConnectionLimitsConfig } from "./connection_limits.ts";
import { RequestChannel, type RequestChannelConfig } from "./request_channel.ts";
import type { RequestDispatcher } from "./request_dispatcher.ts";

/** Bounds of the network; read when they matter, as they may change. */
export interface SocketServerConfig extends ConnectionLimitsConfig, RequestChannelConfig {
  /** `socket.request.max.bytes`. */
  readonly socketRequestMaxBytes: number;
  /** `connections.max.idle.ms`. */
  readonly connectionsMaxIdleMs: number;
  /** `socket.listen.backlog.size`. Default: the network's own. */
  readonly socketListenBacklogSize?: number;
}

/** A listener and where it listens, with the port that it got. */
export interface BoundListener extends Address {
  /** Its name. */
  readonly listenerName: string;
  /** The host by which others find it: the machine's name when it listens on all addresses. */
  readonly foundAt: string;
}

/** A listener and where it is to listen: on all addresses of the machine when the host is empty. */
export type ListenerAddress = Omit<BoundListener, "foundAt">;

/** What a socket server is made of. */
export interface SocketServerOptions {
  /** The world. */
  readonly env: Env;
  /** The network. */
  readonly transport: Transport;
  /** The bounds. */
  readonly config: SocketServerConfig;
  /** Answers the requests that come to a listener. */
  readonly dispatcherOf: (listenerName: string) => RequestDispatcher;
  /** Told of every connection that has ended. Default: nobody is. */
  readonly onConnectionEnded?: (connectionId: string) => void;
  /** How long requests in handling may take when the server stops, ms. Default: 30,000. */
  readonly stopTimeoutMs?: number;
}

/** Takes connections on listeners, and has their requests answered. */
export class SocketServer {
  readonly #options: SocketServerOptions;
  readonly #limits: ConnectionLimits;
  readonly #channel: RequestChannel;
  readonly #pool = new MemoryPool();
  readonly #acceptors: { bound: BoundListener; acceptor: Acceptor }[] = [];
  /** Those of listeners that are being closed. */
  readonly #closing = new Set<Acceptor>();
  #isStarted = false;

  /** Listens to nothing yet. */
  constructor(options: SocketServerOptions) {
    this.#options = options;
    this.#limits = new ConnectionLimits(options.env.clock, options.config);
    this.#channel = new RequestChannel(options.env.clock, options.config);
  }

  /** The listeners, with the ports that they got. */
  get listeners(): readonly BoundListener[] {
    return this.#acceptors.map(({ bound }) => bound);
  }

  /** Connections there are. */
  get connectionCount(): number {
    return this.#limits.total;
  }

  /**
   * Takes the addresses; what connects waits until {@linkcode SocketServer.start}, or is taken at once when that was before. When one cannot
   * be had, none of these is kept.
   *
   * @throws {NetworkError} naming the listener and the address, and what to do
   */
  async bind(listeners: readonly ListenerAddress[]): Promise<void> {
    const bound: string[] = [];
    try {
      for (const listener of listeners) {
        await this.#bind(listener);
        bound.push(listener.listenerName);
      }
    } catch (error) {
      await Promise.all(bound.map((listenerName) => this.unbind(listenerName)));
      throw error;
    }
    await this.#applyLimits();
  }

  /** Closes a listener; resolves when its requests in handling are answered and its connections ended. */
  async unbind(listenerName: string): Promise<void> {
    const at = this.#acceptors.findIndex(({ bound }) => bound.listenerName === listenerName);
    const [removed] = at < 0 ? [] : this.#acceptors.splice(at, 1);
    if (removed === undefined) return;
    this.#closing.add(removed.acceptor);
    await removed.acceptor.shutdown();
    this.#closing.delete(removed.acceptor);
    // A listener of this name may have been bound again meanwhile.
    if (this.#acceptors.some(({ bound }) => bound.listenerName === listenerName)) return;
    this.#limits.removeListener(listenerName);
  }

  /** Begins to take connections. */
  start(): void {
    this.#isStarted = true;
    for (const { acceptor } of this.#acceptors) acceptor.start();
  }

  /** To be called when a bound has changed: connections that are too many now are ended, the quiet ones first. */
  limitsChanged(): void {
    void this.#applyLimits();
    this.#endExcess();
  }

  /**
   * Takes no more connections or requests; resolves when the requests in handling are answered and all connections ended. What takes too long for
   * that loses its connection.
   */
  async shutdown(): Promise<void> {
    const { env, stopTimeoutMs = 30_000 } = this.#options;
    const ended = new AbortController();
    const late = env.clock.sleep(stopTimeoutMs, ended.signal).then(() => this.#endAll(), () => {});
    const all = this.#all().map((acceptor) => acceptor.shutdown());
    await Promise.race([Promise.all(all), late]);
    ended.abort();
  }

  async #bind({ listenerName, host, port }: ListenerAddress): Promise<void> {
    const { env, transport, config, dispatcherOf } = this.#options;
    const backlog = config.socketListenBacklogSize;
    const foundAt = host === "" ? await transport.localName() : host;
    const listener = await transport.listen(
      { host, port },
      backlog === undefined ? {} : { backlog },
    ).catch((error) => {
      throw bindError(listenerName, { host, port }, error);
    });
    this.#limits.addListener(listenerName);
    const acceptor = new Acceptor({
      env,
      listener,
      listenerName,
      limits: this.#limits,
      channel: this.#channel,
      pool: this.#pool,
      handlerFor: (connection, connectionId) =>
        dispatcherOf(listenerName).forConnection({ listenerName, connectionId, connection }),
      maxRequestSize: () => config.socketRequestMaxBytes,
      maxIdleMs: () => config.connectionsMaxIdleMs,
      onAccepted: () => this.#endExcess(),
      onEnded: (connectionId) => this.#options.onConnectionEnded?.(connectionId),
    });
    this.#acceptors.push({
      bound: { listenerName, host, port: listener.address.port, foundAt },
      acceptor,
    });
    if (this.#isStarted) acceptor.start();
  }

  async #applyLimits(): Promise<void> {
    const { env, transport } = this.#options;
    try {
      await this.#limits.limitsChanged((host) => transport.resolve(host));
    } catch (error) {
      env.logger.write("error", "Failed to apply max.connections.per.ip.overrides", { error });
    }
  }

  #endExcess(): void {
    for (let excess = this.#limits.excess; excess > 0; excess--) {
      const open = this.#acceptors.filter(({ bound, acceptor }) =>
        !this.#limits.isProtected(bound.listenerName) && acceptor.idle.oldest !== undefined
      ).map(({ acceptor }) => acceptor.idle);
      if (open.length === 0) return;
      open.reduce((a, b) => a.oldest! <= b.oldest! ? a : b).expireOldest();
    }
  }

  #endAll(): void {
    this.#options.env.logger.write("warn", "Ended connections with requests in handling", {
      connections: this.#limits.total,
    });
    for (const acceptor of this.#all()) acceptor.close();
  }

  #all(): Acceptor[] {
    return [...this.#acceptors.map(({ acceptor }) => acceptor), ...this.#closing];
  }
}

function bindError(listenerName: string, address: Address, error: unknown): unknown {
  if (!(error instanceof NetworkError)) return error;
  const advice = error.kind === "address-in-use"
    ? "; end the other process, or give the listener another port (0 for any that is free)"
    : error.kind === "permission-denied"
    ? "; give the listener a port above 1023"
    : "";
  return new NetworkError(
    error.kind,
    `Failed to bind listener ${listenerName} to ${addressText(address)}: ` +
      `${error.message}${advice}`,
    { cause: error },
  );
}

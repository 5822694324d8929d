/**
 * A whole Kafka: broker, and the controller's only voter.
 *
 * @module
 */

import { tcpTransport } from "../../client/network/tcp_transport.ts";
import type { Address, Transport } from "../../client/network/transport.ts";
import type { Env } from "../../storage/env.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { BrokerConfig } from "../config/broker_config.ts";
import { configWarning } from "../config/config_warnings.ts";
import { quickStartProperties } from "../config/quick_start.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import { BrokerLoggers, type LoggerLevel, LOGGERS } from "./broker_loggers.ts";
import { closeRooms, listenersOf, openRooms, type Rooms } from "./node_rooms.ts";
import type { RequestHook } from "./request_dispatcher.ts";
import type { BoundListener } from "./socket_server.ts";

/** How a broker is started. */
export interface BrokerOptions {
  /**
   * The properties of Kafka's `server.properties`: over those of a node that is a whole cluster, or, when they tell `process.roles` and nothing
   * below is given, as they are.
   */
  readonly properties?: Readonly<Record<string, string>>;
  /** Where the data goes. Default: `./data`. */
  readonly dir?: string;
  /** Port; 0 for any that is free. Default: 9092. */
  readonly port?: number;
  /** Host to listen on. Default: `localhost`. */
  readonly host?: string;
  /** The world. Default: the system's. */
  readonly env?: Env;
  /** From which level on lines are passed to the world's logger; it can be changed while the broker runs. Default: all there are. */
  readonly logLevel?: LoggerLevel;
  /** The network. Default: TCP. */
  readonly transport?: Transport;
  /**
   * Looks at requests before they are handled. Default: nobody.
   *
   * @internal
   */
  readonly hook?: RequestHook;
}

/**
 * A Kafka in this process, for any Kafka client.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Broker } from "@seglog/seglog/cluster";
 * import { MemoryFileSystem, systemEnv } from "@seglog/seglog/storage";
 *
 * const env = { ...systemEnv(), fileSystem: new MemoryFileSystem() };
 * await using broker = await Broker.start({ dir: "/data", port: 0, env });
 * assert(broker.address.port > 0); // bootstrap.servers=localhost:port
 * ```
 */
export class Broker implements AsyncDisposable {
  readonly #rooms: Rooms;
  #shutdown: Promise<void> | undefined;

  /** Resolves with the reason once the broker has stopped by itself: its disks have failed, and there was nothing to go on with. */
  readonly failure: Promise<Error>;

  private constructor(rooms: Rooms, failed: Promise<Error>) {
    this.#rooms = rooms;
    this.failure = failed.then(async (error) => {
      this.#shutdown ??= closeRooms(rooms, true);
      await this.#shutdown.catch(() => {});
      return error;
    });
  }

  /**
   * Starts a broker; an empty directory is formatted. When this returns, clients are served.
   *
   * @throws {InvalidConfigError} naming the config, the value and what is allowed
   * @throws {LogUnavailableError} when another process has the directory, or it belongs to another node
   * @throws {NetworkError} when an address cannot be had
   */
  static async start(options: BrokerOptions = {}): Promise<Broker> {
    const { properties, dir, port, host, env = systemEnv() } = options;
    const isWhole = properties?.["process.roles"] !== undefined && dir === undefined &&
      port === undefined && host === undefined;
    const quickStart = isWhole ? {} : quickStartProperties({
      ...(dir === undefined ? {} : { dir }),
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
    });
    const config = BrokerConfig.parse({ ...quickStart, ...properties });
    const loggers = new BrokerLoggers(env.logger, options.logLevel);
    // What the quick start sets besides is nothing to warn the user of.
    const said = new Set(Object.keys(properties ?? {}).map(configWarning));
    for (const warning of config.warnings) {
      if (said.has(warning)) loggers.named(LOGGERS.broker).write("warn", warning, {});
    }
    const failed = Promise.withResolvers<Error>();
    const rooms = await openRooms({
      env,
      config,
      loggers,
      transport: options.transport ?? tcpTransport(),
      hook: options.hook,
      onFatal: failed.resolve,
    });
    return new Broker(rooms, failed.promise);
  }

  /** The first listener for clients. */
  get address(): Address {
    const { host, port } = this.endpoints[0]!;
    return { host, port };
  }

  /** All listeners, with the ports that they got. */
  get endpoints(): readonly BoundListener[] {
    return listenersOf(this.#rooms);
  }

  /** `node.id`. */
  get nodeId(): number {
    return this.#rooms.config.nodeId;
  }

  /** Id of the cluster. */
  get clusterId(): string {
    return this.#rooms.shared.clusterId;
  }

  /**
   * The configs in force.
   *
   * @internal
   */
  get config(): BrokerConfig {
    return this.#rooms.config;
  }

  /**
   * The metadata in force.
   *
   * @internal
   */
  get metadata(): MetadataImage {
    return this.#rooms.shared.controller.image;
  }

  /** Stops cleanly: others lead from here on, requests under way are answered, everything is flushed, and the next start needs no recovery. */
  shutdown(): Promise<void> {
    return this.#shutdown ??= closeRooms(this.#rooms, false);
  }

  /**
   * Ends the broker without telling anybody that it stops.
   *
   * @internal
   */
  halt(): Promise<void> {
    return this.#shutdown ??= closeRooms(this.#rooms, true);
  }

  /** As {@linkcode Broker.shutdown}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }
}

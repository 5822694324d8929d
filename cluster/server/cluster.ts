/**
 * Several Kafkas in one process that make one cluster.
 *
 * @module
 */

import { tcpTransport } from "../../client/network/tcp_transport.ts";
import { addressText, type Transport } from "../../client/network/transport.ts";
import { randomUuid } from "../../storage/bytes/uuid.ts";
import type { Env } from "../../storage/env.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import { joinPath } from "../../storage/file/paths.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { formatStorageSync } from "../raft/storage_format.ts";
import { Broker } from "./broker.ts";
import type { LoggerLevel } from "./broker_loggers.ts";
import { freePorts } from "./free_ports.ts";

/** How a cluster is started. */
export interface ClusterOptions {
  /** Brokers. Default: 3. */
  readonly brokers?: number;
  /** How many of them are controllers as well, the first ones. Default: 3, or one where there are fewer than 3 brokers. */
  readonly controllers?: number;
  /** Properties of every broker, over those of a cluster for tests. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Where the data goes, a directory for each broker. Default: memory, which is gone with the cluster. */
  readonly dir?: string;
  /** Host to listen on. Default: `127.0.0.1`. */
  readonly host?: string;
  /** The world. Default: the system's, with files in memory unless there is a `dir`. */
  readonly env?: Env;
  /** From which level on lines are passed to the world's logger. Default: all there are. */
  readonly logLevel?: LoggerLevel;
  /** The network. Default: TCP, which every client can reach. */
  readonly transport?: Transport;
}

/** Elections and fencing take less than with Kafka's defaults, groups form at once, and the cluster's own topics are small. */
const QUICK: Readonly<Record<string, string>> = {
  "broker.heartbeat.interval.ms": "200",
  "broker.session.timeout.ms": "2000",
  "controller.quorum.election.timeout.ms": "100",
  "controller.quorum.election.backoff.max.ms": "100",
  "group.initial.rebalance.delay.ms": "0",
  "offsets.topic.num.partitions": "1",
  "transaction.state.log.num.partitions": "1",
};

/**
 * A cluster whose brokers can be stopped, killed and started again, for tests of those who use one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Cluster } from "@seglog/seglog/cluster";
 *
 * await using cluster = await Cluster.start({ brokers: 3 });
 * assertEquals(cluster.bootstrapServers.split(",").length, 3);
 * await cluster.kill(2);
 * assertEquals(cluster.broker(2), undefined);
 * await cluster.restart(2);
 * ```
 */
export class Cluster implements AsyncDisposable {
  readonly #nodes: ReadonlyMap<number, Readonly<Record<string, string>>>;
  readonly #start: (properties: Readonly<Record<string, string>>) => Promise<Broker>;
  readonly #running = new Map<number, Broker>();
  /** `host:port,…`, as clients want it for `bootstrap.servers`. */
  readonly bootstrapServers: string;

  private constructor(
    nodes: ReadonlyMap<number, Readonly<Record<string, string>>>,
    bootstrapServers: string,
    start: (properties: Readonly<Record<string, string>>) => Promise<Broker>,
  ) {
    this.#nodes = nodes;
    this.bootstrapServers = bootstrapServers;
    this.#start = start;
  }

  /**
   * Starts a cluster. When this returns, all brokers serve clients.
   *
   * @throws {InvalidConfigError} naming the config, the value and what is allowed
   * @throws {NetworkError} when an address cannot be had
   */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const { brokers = 3, dir, host = "127.0.0.1", transport = tcpTransport() } = options;
    const { controllers = brokers < 3 ? 1 : 3 } = options;
    const isPossible = Number.isInteger(brokers) && Number.isInteger(controllers) &&
      controllers >= 1 && controllers <= brokers;
    if (!isPossible) {
      throw new RangeError(
        `A cluster cannot have ${brokers} brokers of which ${controllers} are controllers`,
      );
    }
    const env = options.env ?? worldOf(dir);
    const ports = await freePorts(transport, host, brokers + controllers);
    const voters = ports.slice(brokers)
      .map((port, index) => `${index + 1}@${addressText({ host, port })}`).join(",");
    const clusterId = randomUuid(env.random);
    const nodes = new Map<number, Readonly<Record<string, string>>>();
    for (let id = 1; id <= brokers; id++) {
      const logDir = joinPath(dir ?? "/cluster", `node-${id}`);
      const isController = id <= controllers;
      const clients = `PLAINTEXT://${addressText({ host, port: ports[id - 1]! })}`;
      const replicas = String(Math.min(3, brokers));
      nodes.set(id, {
        ...QUICK,
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": String(Math.min(2, brokers)),
        ...options.properties,
        "process.roles": isController ? "broker,controller" : "broker",
        "node.id": String(id),
        "log.dirs": logDir,
        "listeners": isController
          ? `${clients},CONTROLLER://${addressText({ host, port: ports[brokers + id - 1]! })}`
          : clients,
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.quorum.voters": voters,
      });
      formatStorageSync({
        env,
        print: (line) => env.logger.write("info", line, {}),
        nodeId: id,
        clusterId,
        directories: [logDir],
        metadataLogDirectory: logDir,
        controllerListenerName: "CONTROLLER",
        hasDynamicQuorum: false,
        ignoreFormatted: true,
        allowUnstable: false,
      });
    }
    const bootstrapServers = ports.slice(0, brokers)
      .map((port) => addressText({ host, port })).join(",");
    const { logLevel } = options;
    const cluster = new Cluster(nodes, bootstrapServers, (properties) =>
      Broker.start({
        ...{ properties, env, transport },
        ...(logLevel === undefined ? {} : { logLevel }),
      }));
    const started = await Promise.allSettled([...nodes.keys()].map((id) => cluster.restart(id)));
    const failed = started.find(({ status }) => status === "rejected");
    if (failed === undefined) return cluster;
    await cluster.shutdown();
    throw (failed as PromiseRejectedResult).reason;
  }

  /** The brokers that run, by id. */
  get brokers(): ReadonlyMap<number, Broker> {
    return this.#running;
  }

  /** A broker, by its id from 1 on; `undefined` while it does not run. */
  broker(id: number): Broker | undefined {
    return this.#running.get(id);
  }

  /** Stops a broker cleanly: others lead from here on. */
  async stop(id: number): Promise<void> {
    const broker = this.#running.get(id);
    this.#running.delete(id);
    await broker?.shutdown();
  }

  /** Ends a broker without telling anybody, as a crash of its process does; what it has written stays. */
  async kill(id: number): Promise<void> {
    const broker = this.#running.get(id);
    this.#running.delete(id);
    await broker?.halt();
  }

  /**
   * Starts a broker again that was stopped or killed.
   *
   * @throws {RangeError} when there is no broker of that id, or it runs
   */
  async restart(id: number): Promise<void> {
    const properties = this.#nodes.get(id);
    if (properties === undefined || this.#running.has(id)) {
      throw new RangeError(
        properties === undefined ? `There is no broker ${id}` : `Broker ${id} is running`,
      );
    }
    this.#running.set(id, await this.#start(properties));
  }

  /** Stops all brokers; nobody takes over what they lead. */
  async shutdown(): Promise<void> {
    const running = [...this.#running.values()];
    this.#running.clear();
    await Promise.all(running.map((broker) => broker.halt()));
  }

  /** As {@linkcode Cluster.shutdown}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }
}

function worldOf(dir: string | undefined): Env {
  const env = systemEnv();
  return dir === undefined
    ? { ...env, fileSystem: new MemoryFileSystem({ now: () => env.clock.now() }) }
    : env;
}

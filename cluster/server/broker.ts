/**
 * A whole Kafka: broker, and the controller's only voter.
 *
 * @module
 */

import { tcpTransport } from "../../client/network/tcp_transport.ts";
import type { Address, Transport } from "../../client/network/transport.ts";
import type { Env } from "../../storage/env.ts";
import { LogManager } from "../../storage/log_manager.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { randomUuid } from "../../storage/bytes/uuid.ts";
import { BrokerConfig } from "../config/broker_config.ts";
import { configRules } from "../config/config_rules.ts";
import { ConfigStore } from "../config/config_store.ts";
import { configWarning } from "../config/config_warnings.ts";
import { quickStartProperties } from "../config/quick_start.ts";
import {
  cordonDirectories,
  fenceBroker,
  registerBroker,
} from "../controller/broker_registration.ts";
import { CONFIG_RESOURCE_TYPE } from "../controller/configs_image.ts";
import { ControllerDriver } from "../controller/controller_driver.ts";
import { registerController } from "../controller/controller_registration.ts";
import { MetadataDelta } from "../controller/metadata_delta.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";
import { allocateProducerIds } from "../controller/producer_id_blocks.ts";
import { ProducerIds } from "../controller/producer_ids.ts";
import { readBootstrapMetadata } from "../raft/bootstrap_metadata.ts";
import { formatIfEmpty } from "../raft/format_if_empty.ts";
import { raftConfig } from "../raft/raft_config.ts";
import { RaftDriver } from "../raft/raft_driver.ts";
import { ReplicaManager } from "../replication/replica_manager.ts";
import { SUPPORTED_FEATURES } from "./broker_features.ts";
import { brokerHandlers } from "./broker_handlers.ts";
import { DirectoryReports } from "./directory_reports.ts";
import { networkConfig, networkConfigNames } from "./network_config.ts";
import { RequestDispatcher, type RequestHook } from "./request_dispatcher.ts";
import { type BoundListener, SocketServer } from "./socket_server.ts";

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
  /** The network. Default: TCP. */
  readonly transport?: Transport;
  /**
   * Looks at requests before they are handled. Default: nobody.
   *
   * @internal
   */
  readonly hook?: RequestHook;
}

/** The rooms of a running broker. */
interface Rooms {
  readonly config: BrokerConfig;
  readonly clusterId: string;
  readonly logManager: LogManager;
  readonly raft: RaftDriver;
  readonly controller: ControllerDriver;
  readonly replicaManager: ReplicaManager;
  readonly socketServer: SocketServer;
  readonly brokerEpoch: number;
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

  private constructor(rooms: Rooms) {
    this.#rooms = rooms;
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
    // What the quick start sets besides is nothing to warn the user of.
    const said = new Set(Object.keys(properties ?? {}).map(configWarning));
    for (const warning of config.warnings) {
      if (said.has(warning)) env.logger.write("warn", warning, {});
    }
    const directory = config.string("metadata.log.dir") ?? config.logDirs[0]!;
    const storage = formatIfEmpty({
      env,
      nodeId: config.nodeId,
      directories: [...new Set([...config.logDirs, directory])],
      metadataLogDirectory: directory,
      controllerListeners: controllerEndpoints(config),
      controllerQuorumVoters: raftConfig(config).controllerQuorumVoters ?? [],
    });
    const opened: (() => Promise<void>)[] = [];
    try {
      return new Broker(
        await openRooms({ ...options, env }, config, directory, storage.clusterId, opened),
      );
    } catch (error) {
      for (const close of opened.reverse()) await close().catch(() => {});
      throw error;
    }
  }

  /** The first listener for clients. */
  get address(): Address {
    const { host, port } = this.endpoints[0]!;
    return { host, port };
  }

  /** All listeners, with the ports that they got. */
  get endpoints(): readonly BoundListener[] {
    return this.#rooms.socketServer.listeners;
  }

  /** `node.id`. */
  get nodeId(): number {
    return this.#rooms.config.nodeId;
  }

  /** Id of the cluster. */
  get clusterId(): string {
    return this.#rooms.clusterId;
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
    return this.#rooms.controller.image;
  }

  /** Stops cleanly: requests under way are answered, everything is flushed, and the next start needs no recovery. */
  shutdown(): Promise<void> {
    return this.#shutdown ??= this.#stop();
  }

  /** As {@linkcode Broker.shutdown}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #stop(): Promise<void> {
    const { socketServer, replicaManager, controller, raft, logManager, brokerEpoch } = this.#rooms;
    const connectionsEnded = socketServer.shutdown();
    // What waits for records that will not come is answered, so that the connections can end.
    await replicaManager.shutdown();
    await connectionsEnded;
    await controller.shutdown();
    await raft.shutdown();
    await logManager.shutdown(brokerEpoch);
  }
}

async function openRooms(
  options: BrokerOptions & { readonly env: Env },
  config: BrokerConfig,
  directory: string,
  clusterId: string,
  opened: (() => Promise<void>)[],
): Promise<Rooms> {
  const { env, transport = tcpTransport(), hook } = options;
  const { nodeId } = config;
  let replicaManager: ReplicaManager | undefined;
  // Opening removes the marks of a clean stop, which tell the epoch.
  const previousBrokerEpoch = LogManager.readBrokerEpochFromCleanShutdownFiles(
    env,
    config.logDirs,
  );
  const logManager = await LogManager.open({
    env,
    logDirs: config.logDirs,
    properties: config.engineProperties(),
    metaProperties: { clusterId, nodeId, create: true },
    onLogDirFailure: (path, partitions) => replicaManager?.handleLogDirFailure(path, partitions),
  });
  opened.push(() => logManager.shutdown());
  const raft = RaftDriver.open({
    env,
    directory,
    nodeId,
    clusterId,
    lockDirectory: !config.logDirs.includes(directory),
    controllerListeners: controllerEndpoints(config),
    ...raftConfig(config),
  });
  opened.push(() => raft.shutdown());
  const controller = new ControllerDriver({
    env,
    raft,
    nodeId,
    rules: configRules(config),
    bootstrapRecords: readBootstrapMetadata(env.fileSystem, directory).records,
    maxBytesBetweenSnapshots: () => config.long("metadata.log.max.record.bytes.between.snapshots"),
    maxSnapshotIntervalMs: () => config.long("metadata.log.max.snapshot.interval.ms"),
  });
  opened.push(() => controller.shutdown());
  await controller.start();
  const manager = replicaManager = new ReplicaManager({
    env,
    logManager,
    config,
    brokerId: nodeId,
    directoryEvents: new DirectoryReports({ controller, brokerId: nodeId, logger: env.logger }),
  });
  opened.push(() => manager.shutdown());

  let brokerEpoch = -1;
  const producerIds = new ProducerIds(() =>
    controller.submit((context) => allocateProducerIds(context, nodeId, brokerEpoch))
  );
  const configStore = new ConfigStore({ config, repository: () => controller.image.configs });
  const parts = {
    env,
    config,
    configStore,
    clusterId,
    controller,
    raft,
    replicaManager: manager,
    producerIds,
  };
  const dispatcher = new RequestDispatcher({ env, handlers: brokerHandlers(parts), hook });
  const socketServer = new SocketServer({
    env,
    transport,
    config: networkConfig(config),
    dispatcher,
  });
  config.subscribe(networkConfigNames(config), () => socketServer.limitsChanged());
  await socketServer.bind([...config.listeners, ...config.controllerListeners]);
  opened.push(() => socketServer.shutdown());

  const incarnationId = randomUuid(env.random);
  const cordon = () =>
    controller.submit((context) =>
      cordonDirectories(
        context,
        nodeId,
        [...logManager.cordonedLogDirs].map((path) => logManager.directoryId(path))
          .filter((id) => id !== undefined),
      )
    );
  // Asked for at once, decided one after the other, and flushed together.
  [, brokerEpoch] = await Promise.all([
    controller.submit((context) =>
      registerController(context, {
        controllerId: nodeId,
        incarnationId,
        endPoints: controllerEndpoints(config).map((endpoint) => ({
          ...endpoint,
          securityProtocol: 0,
        })),
        features: SUPPORTED_RANGES,
      })
    ),
    controller.submit((context, nextOffset) =>
      registerBroker(
        context,
        {
          brokerId: nodeId,
          incarnationId,
          ...(previousBrokerEpoch === undefined ? {} : { previousBrokerEpoch }),
          endPoints: advertisedEndpoints(config, socketServer.listeners),
          features: SUPPORTED_RANGES,
          rack: config.string("broker.rack") ?? null,
          logDirs: logManager.liveLogDirs.map((path) => logManager.directoryId(path)!),
        },
        nextOffset,
        true,
      )
    ),
    cordon(),
    controller.submit((context) => fenceBroker(context, nodeId, false)),
  ]);
  const follow = (delta: MetadataDelta, image: MetadataImage) => {
    followConfigs(delta, env, configStore, config, logManager);
    manager.applyDelta(delta, image);
  };
  const everything = new MetadataDelta();
  everything.isWhole = true;
  follow(everything, controller.image);
  controller.subscribe(follow);
  config.subscribe(
    ["cordoned.log.dirs"],
    () =>
      void cordon().catch((error) =>
        env.logger.write("error", "Failed to tell the controller what is cordoned", { error })
      ),
  );
  socketServer.start();
  return {
    config,
    clusterId,
    logManager,
    raft,
    controller,
    replicaManager: manager,
    socketServer,
    brokerEpoch,
  };
}

/** What this node can do, as it tells when it registers. */
const SUPPORTED_RANGES = [...SUPPORTED_FEATURES].map(([name, { lowest, highest }]) => ({
  name,
  minSupportedVersion: lowest,
  maxSupportedVersion: highest,
}));

/** Where other controllers would find this one. */
function controllerEndpoints(
  config: BrokerConfig,
): { name: string; host: string; port: number }[] {
  return config.advertisedControllerListeners.map(({ listenerName, host, port }) => ({
    name: listenerName,
    host,
    port,
  }));
}

/** Takes over the configs that were set for brokers. */
function followConfigs(
  delta: MetadataDelta,
  env: Env,
  configStore: ConfigStore,
  config: BrokerConfig,
  logManager: LogManager,
): void {
  const changed = delta.isWhole ||
    [...delta.changedConfigs.values()].some(({ type }) => type === CONFIG_RESOURCE_TYPE.BROKER);
  if (!changed) return;
  const before = JSON.stringify(config.engineProperties());
  for (const warning of configStore.applyBrokerDynamic()) env.logger.write("warn", warning, {});
  const properties = config.engineProperties();
  if (JSON.stringify(properties) === before) return;
  logManager.reconfigure(properties).catch((error) =>
    env.logger.write("error", "Failed to take over the configs of logs", { error })
  );
}

/** What clients are told: the advertised listeners, with the port that a listener got in place of 0. */
function advertisedEndpoints(
  config: BrokerConfig,
  bound: readonly BoundListener[],
): { name: string; host: string; port: number; securityProtocol: number }[] {
  return config.advertisedListeners.map(({ listenerName, host, port }) => ({
    name: listenerName,
    host: host === "" ? "localhost" : host,
    port: port === 0 ? bound.find((each) => each.listenerName === listenerName)!.port : port,
    securityProtocol: 0,
  }));
}

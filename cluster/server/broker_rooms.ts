/**
 * The rooms of a broker, and how they are opened and closed.
 *
 * @module
 */

import type { ListenerType } from "../../client/protocol/api_keys.ts";
import type { Transport } from "../../client/network/transport.ts";
import type { Env, Logger } from "../../storage/env.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import { ConfigStore } from "../config/config_store.ts";
import type { ControllerDriver, MetadataListener } from "../controller/controller_driver.ts";
import { MetadataDelta } from "../controller/metadata_delta.ts";
import { allocateProducerIds } from "../controller/producer_id_blocks.ts";
import { ProducerIds } from "../controller/producer_ids.ts";
import { ReplicaManager } from "../replication/replica_manager.ts";
import { brokerEndpoints, controllerEndpoints } from "./advertised_endpoints.ts";
import { brokerHandlers } from "./broker_handlers.ts";
import { BrokerLifecycle } from "./broker_lifecycle.ts";
import { type BrokerLoggers, LOGGERS } from "./broker_loggers.ts";
import { type BrokerStorage, openStorage } from "./broker_storage.ts";
import { brokerTransactions, type Transactions } from "./broker_transactions.ts";
import { configFollower } from "./config_follower.ts";
import { controllerHandlers } from "./controller_handlers.ts";
import { DirectoryReports } from "./directory_reports.ts";
import { DynamicListeners } from "./dynamic_listeners.ts";
import { followMetadata, type GroupCoordinator, groupCoordinator } from "./group_coordinator.ts";
import { idleConfigs } from "./idle_configs.ts";
import { networkConfig, networkConfigNames } from "./network_config.ts";
import { RequestDispatcher, type RequestHook } from "./request_dispatcher.ts";
import { RuntimeLoggerManager } from "./runtime_logger_manager.ts";
import { SocketServer } from "./socket_server.ts";

/** What the rooms are made of. */
export interface RoomsOptions {
  /** The world. */
  readonly env: Env;
  /** The configs. */
  readonly config: BrokerConfig;
  /** The loggers. */
  readonly loggers: BrokerLoggers;
  /** The network. */
  readonly transport: Transport;
  /** Looks at requests before they are handled. */
  readonly hook: RequestHook | undefined;
  /** Told when the disks leave nothing to go on with. */
  readonly onFatal: (error: Error) => void;
}

/** The rooms of a running broker. */
export interface Rooms extends BrokerStorage {
  /** The configs. */
  readonly config: BrokerConfig;
  /** The partitions. */
  readonly replicaManager: ReplicaManager;
  /** The coordinator of groups. */
  readonly groups: GroupCoordinator;
  /** The coordinator of transactions. */
  readonly transactions: Transactions;
  /** The listeners. */
  readonly socketServer: SocketServer;
  /** Opens and closes listeners. */
  readonly dynamicListeners: DynamicListeners;
  /** What the controller knows of this node. */
  readonly lifecycle: BrokerLifecycle;
  /** Where the broker as a whole speaks. */
  readonly logger: Logger;
}

type Close = () => Promise<void>;

/**
 * Opens the rooms. When this returns, clients are served; when it fails, nothing stays open.
 *
 * @throws {LogUnavailableError} when another process has the directory, or it belongs to another node
 * @throws {NetworkError} when an address cannot be had
 */
export async function openRooms(options: RoomsOptions): Promise<Rooms> {
  const opened: Close[] = [];
  try {
    return await open(options, (close) => opened.unshift(close));
  } catch (error) {
    for (const close of opened) await close().catch(() => {});
    throw error;
  }
}

/**
 * Closes the rooms: requests under way are answered, and everything is flushed. One that cannot be closed does not keep the others from it.
 *
 * @param isFatal whether the disks have failed, so that nobody is told, and more failures are no news
 * @throws {LogDirError} when a disk fails now
 */
export async function closeRooms(rooms: Rooms, isFatal: boolean): Promise<void> {
  const { config, socketServer, dynamicListeners, replicaManager, lifecycle, logger } = rooms;
  const failures: unknown[] = [];
  const close = (closing: Promise<void>): Promise<void> =>
    closing.catch((error) => void failures.push(error));
  await close(dynamicListeners.shutdown());
  if (!isFatal && config.boolean("controlled.shutdown.enable")) {
    await lifecycle.controlledShutdown().catch((error) =>
      logger.write("warn", "Failed to tell the controller that the broker stops", { error })
    );
  }
  const connectionsEnded = close(socketServer.shutdown());
  // Who waits for what will not come is answered, so that the connections can end.
  await close(rooms.transactions.coordinator.shutdown());
  await close(rooms.groups.shutdown());
  await close(replicaManager.shutdown());
  await connectionsEnded;
  await close(rooms.controller.shutdown());
  await close(rooms.raft.shutdown());
  await close(rooms.logManager.shutdown(lifecycle.brokerEpoch));
  if (!isFatal && failures.length > 0) throw failures[0];
}

async function open(options: RoomsOptions, onOpened: (close: Close) => void): Promise<Rooms> {
  const { env, config, loggers, transport, hook } = options;
  const { nodeId } = config;
  const logger = loggers.named(LOGGERS.broker);
  const dispatchers = new Map<ListenerType, RequestDispatcher>();
  const socketServer = new SocketServer({
    env: loggers.env(env, LOGGERS.network),
    transport,
    config: networkConfig(config),
    // Nobody is served before all rooms are open.
    dispatcherOf: (name) =>
      dispatchers.get(config.controllerListenerNames.includes(name) ? "controller" : "broker")!,
  });
  onOpened(() => socketServer.shutdown());
  // These stay as they are now, and their ports are told from here on.
  await socketServer.bind(config.controllerListeners);
  const controllerEndPoints = controllerEndpoints(config, socketServer.listeners);
  let replicaManager: ReplicaManager | undefined;
  let transactions: Transactions | undefined;
  const storage = await openStorage({
    ...options,
    controllerEndPoints,
    onOpened,
    onLogDirFailure: (path, partitions) => replicaManager?.handleLogDirFailure(path, partitions),
  });
  const { logManager, controller } = storage;
  const configStore = new ConfigStore({ config, repository: () => controller.image.configs });
  // First of all followers: partitions are made, and listeners bound, with the configs that were set before.
  follow(controller, configFollower({ logger, config, configStore, logManager }));
  follow(controller, idleConfigs(logger));
  const manager = replicaManager = new ReplicaManager({
    env: loggers.env(env, LOGGERS.replicas),
    logManager,
    config,
    brokerId: nodeId,
    // Nobody writes before all rooms are open.
    verifyTransaction: (verification) => transactions!.verify(verification),
    directoryEvents: new DirectoryReports({ controller, brokerId: nodeId, logger }),
  });
  onOpened(() => manager.shutdown());
  const groupsEnv = loggers.env(env, LOGGERS.groups);
  const groups = groupCoordinator({
    env: groupsEnv,
    config,
    partitions: manager,
    image: () => controller.image,
  });
  onOpened(() => groups.shutdown());
  const producerIds = new ProducerIds(() =>
    controller.submit((context) => allocateProducerIds(context, nodeId, lifecycle.brokerEpoch))
  );
  const { coordinator } = transactions = brokerTransactions({
    env: loggers.env(env, LOGGERS.transactions),
    config,
    image: () => controller.image,
    replicaManager: manager,
    groups,
    producerIds,
  });
  onOpened(() => coordinator.shutdown());
  const lifecycle = new BrokerLifecycle({
    env: { logger, random: env.random },
    config,
    controller,
    logManager,
    endPoints: () => brokerEndpoints(config, socketServer.listeners),
    controllerEndPoints,
    previousBrokerEpoch: storage.previousBrokerEpoch,
  });
  const parts = {
    config,
    configStore,
    loggers: new RuntimeLoggerManager({ nodeId, loggers, logger }),
    clusterId: storage.clusterId,
    controller,
    raft: storage.raft,
    replicaManager: manager,
    groups,
    transactions,
    producerIds,
  };
  const brokerEnv = loggers.env(env, LOGGERS.brokerApis);
  const controllerEnv = loggers.env(env, LOGGERS.controllerApis);
  dispatchers.set(
    "broker",
    new RequestDispatcher({
      env: brokerEnv,
      handlers: brokerHandlers({ ...parts, env: brokerEnv }),
      hook,
    }),
  );
  dispatchers.set(
    "controller",
    new RequestDispatcher({
      env: controllerEnv,
      handlers: controllerHandlers({ ...parts, env: controllerEnv }),
      hook,
    }),
  );
  config.subscribe(networkConfigNames(config), () => socketServer.limitsChanged());
  const dynamicListeners = new DynamicListeners({
    config,
    socketServer,
    endpointsChanged: () => lifecycle.endpointsChanged(),
    logger: loggers.named(LOGGERS.network),
  });
  await dynamicListeners.bind();
  await lifecycle.register();
  await follow(controller, (delta, image) => {
    const applied = manager.applyDelta(delta, image);
    followMetadata(groups, groupsEnv, delta, image);
    coordinator.applyDelta(delta, image);
    return applied;
  });
  lifecycle.followConfig();
  socketServer.start();
  dynamicListeners.follow();
  return {
    ...storage,
    config,
    replicaManager: manager,
    groups,
    transactions,
    socketServer,
    dynamicListeners,
    lifecycle,
    logger,
  };
}

/** Has a follower told all that there is now, and then every change, after those that follow already. */
function follow(controller: ControllerDriver, follower: MetadataListener): void | Promise<void> {
  const everything = new MetadataDelta();
  everything.isWhole = true;
  const followed = follower(everything, controller.image);
  controller.subscribe(follower);
  return followed;
}

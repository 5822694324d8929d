/**
 * The rooms of a node, and how they are opened and closed (Kafka's `KafkaRaftServer`).
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import type { LogManager } from "../../storage/log_manager.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import { ConfigStore } from "../config/config_store.ts";
import type { AdvertisedEndpoint } from "./advertised_endpoints.ts";
import { LOGGERS } from "./broker_loggers.ts";
import { type BrokerServer, openBroker } from "./broker_server.ts";
import { registeredFeatures } from "./broker_features.ts";
import { configFollower } from "./config_follower.ts";
import { controllerChannels } from "./controller_channels.ts";
import { ControllerRegistrationManager } from "./controller_registration_manager.ts";
import { ControllerServer } from "./controller_server.ts";
import { idleConfigs } from "./idle_configs.ts";
import { followFromNow, type NodeOptions, type SharedParts } from "./node_parts.ts";
import { openStorage } from "./node_storage.ts";
import { raftControllerNode } from "./raft_controller_node.ts";
import { RuntimeLoggerManager } from "./runtime_logger_manager.ts";
import type { BoundListener } from "./socket_server.ts";

/** The rooms of a running node. */
export interface Rooms {
  /** The configs. */
  readonly config: BrokerConfig;
  /** What the broker and the controller share. */
  readonly shared: SharedParts;
  /** The controller's part. */
  readonly controllerServer: ControllerServer;
  /** The broker's part, where the node is one. */
  readonly brokerServer: BrokerServer | undefined;
  /** The log directories of the broker. */
  readonly logManager: LogManager | undefined;
  /** Keeps the controller registered, where the node is one. */
  readonly registration: ControllerRegistrationManager | undefined;
  /** Where the node as a whole speaks. */
  readonly logger: Logger;
}

type Close = () => Promise<void>;

/**
 * Opens the rooms. When this returns, clients are served; when it fails, nothing stays open.
 *
 * @throws {LogUnavailableError} when another process has the directory, or it belongs to another node
 * @throws {NetworkError} when an address cannot be had
 */
export async function openRooms(options: NodeOptions): Promise<Rooms> {
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
  const { shared: { controller, raft }, controllerServer, brokerServer, logManager } = rooms;
  const { registration } = rooms;
  const failures: unknown[] = [];
  const closing = (part: Promise<void>): Promise<void> =>
    part.catch((error) => void failures.push(error));
  await brokerServer?.shutdown(isFatal, closing);
  if (registration !== undefined) await closing(registration.shutdown());
  // What is being decided may wait for voters that are gone: it ends when this node leads no more.
  const decided = closing(controller.shutdown());
  // While it hands over it has to be reached.
  await closing(raft.shutdown(isFatal));
  await closing(controllerServer.socketServer.shutdown());
  await decided;
  if (logManager !== undefined) await closing(logManager.shutdown(brokerServer?.brokerEpoch));
  if (!isFatal && failures.length > 0) throw failures[0];
}

/** The listeners of a node, those for clients first. */
export function listenersOf({ brokerServer, controllerServer }: Rooms): readonly BoundListener[] {
  return [
    ...brokerServer?.socketServer.listeners ?? [],
    ...controllerServer.socketServer.listeners,
  ];
}

async function open(options: NodeOptions, onOpened: (close: Close) => void): Promise<Rooms> {
  const { env, config, loggers, transport } = options;
  const { nodeId } = config;
  const logger = loggers.named(LOGGERS.broker);
  const controllerServer = new ControllerServer(options);
  onOpened(() => controllerServer.socketServer.shutdown());
  const controllerEndPoints = await controllerServer.bind();
  const { clusterId, raft, controller, logs } = await openStorage({
    ...{ ...options, controllerEndPoints, onOpened },
  });
  const configStore = new ConfigStore({ config, repository: () => controller.image.configs });
  // First of all followers: partitions are made, and listeners bound, with the configs that were set before.
  const logManager = logs?.logManager;
  followFromNow(controller, configFollower({ logger, config, configStore, logManager }));
  followFromNow(controller, idleConfigs(logger));
  const shared: SharedParts = {
    config,
    configStore,
    loggers: new RuntimeLoggerManager({ nodeId, loggers, logger }),
    clusterId,
    controller,
    raft,
    openControllerChannel: controllerChannels({
      ...{ env: loggers.env(env, LOGGERS.controllerChannel), config, transport },
      controllerNode: raftControllerNode(raft, config.controllerListenerNames[0]),
      local: controllerServer.local,
    }),
  };
  controllerServer.start(shared);
  const registration = config.processRoles.includes("controller")
    ? registeredController(options, shared, controllerEndPoints)
    : undefined;
  if (registration !== undefined) onOpened(() => registration.shutdown());
  const brokerServer = logs === undefined
    ? undefined
    : await openBroker({ ...options, shared, logs, onOpened });
  return { config, shared, controllerServer, brokerServer, logManager, registration, logger };
}

function registeredController(
  { env, config, loggers }: NodeOptions,
  { controller, openControllerChannel }: SharedParts,
  endPoints: readonly AdvertisedEndpoint[],
): ControllerRegistrationManager {
  const registration = new ControllerRegistrationManager({
    ...{ env: loggers.env(env, LOGGERS.controller), nodeId: config.nodeId, endPoints },
    features: registeredFeatures(config.boolean("unstable.feature.versions.enable")),
    channel: openControllerChannel(
      "registration",
      () => config.int("broker.heartbeat.interval.ms"),
    ),
  });
  void followFromNow(controller, (_delta, image) => registration.follow(image));
  return registration;
}

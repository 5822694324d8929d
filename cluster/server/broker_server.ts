/**
 * The broker's part of a node, from its partitions to its listeners (Kafka's `BrokerServer`).
 *
 * @module
 */

import { Deadline, withDeadline } from "../../client/network/deadline.ts";
import type { Clock } from "../../storage/env.ts";
import { ProducerIds } from "../controller/producer_ids.ts";
import { ReplicaManager } from "../replication/replica_manager.ts";
import { AssignmentsManager } from "./assignments_manager.ts";
import { brokerEndpoints } from "./advertised_endpoints.ts";
import { brokerPeers, peerLink } from "./broker_peers.ts";
import { brokerHandlers } from "./broker_handlers.ts";
import { BrokerLifecycle } from "./broker_lifecycle.ts";
import { LOGGERS } from "./broker_loggers.ts";
import { brokerTransactions, type Transactions } from "./broker_transactions.ts";
import type { ControllerChannel } from "./controller_channel.ts";
import type { OpenControllerChannel } from "./controller_channels.ts";
import { DynamicListeners } from "./dynamic_listeners.ts";
import { ForwardingManager } from "./forwarding_manager.ts";
import { followMetadata, groupCoordinator } from "./group_coordinator.ts";
import { networkConfig, networkConfigNames } from "./network_config.ts";
import { followFromNow, type NodeOptions, type SharedParts } from "./node_parts.ts";
import type { BrokerLogs } from "./node_storage.ts";
import { PeerLinks } from "./peer_links.ts";
import { producerIdAllocation } from "./producer_id_allocation.ts";
import { RequestDispatcher } from "./request_dispatcher.ts";
import { SocketServer } from "./socket_server.ts";

/** How long a broker that stops waits for the controller to let it, ms; as Kafka's. */
const CONTROLLED_SHUTDOWN_TIMEOUT_MS = 5 * 60 * 1000;

/** For how long the controller is asked before whoever wants to know is told, ms; as Kafka's. */
const RETRY_TIMEOUT_MS = 60_000;

/** What a broker is made of. */
export interface BrokerServerOptions extends NodeOptions {
  /** What it shares with the controller of its node. */
  readonly shared: SharedParts;
  /** Its log directories. */
  readonly logs: BrokerLogs;
  /** Takes what closes what was opened, for when the rest of the start fails. */
  readonly onOpened: (close: () => Promise<void>) => void;
}

/** A broker that runs. */
export interface BrokerServer {
  /** The listeners. */
  readonly socketServer: SocketServer;
  /** The epoch of its registration; -1 before it. */
  readonly brokerEpoch: number;
  /** Has others lead, if that is wanted, answers the requests under way, and closes everything but the metadata log. */
  shutdown(isFatal: boolean, closing: (part: Promise<void>) => Promise<void>): Promise<void>;
}

/**
 * Opens the broker. When this returns, clients are served.
 *
 * @throws {NetworkError} when an address cannot be had
 * @throws {KafkaError} when the controllers do not let the broker begin in time
 */
export async function openBroker(options: BrokerServerOptions): Promise<BrokerServer> {
  const { env, config, loggers, transport, shared, logs, onOpened } = options;
  const { nodeId } = config;
  const { controller } = shared;
  const channels: ControllerChannel[] = [];
  const open: OpenControllerChannel = (name, retryTimeoutMs) => {
    const channel = shared.openControllerChannel(name, retryTimeoutMs);
    channels.push(channel);
    onOpened(() => channel.shutdown());
    return channel;
  };
  const { logManager } = logs;
  const logger = loggers.named(LOGGERS.broker);
  let transactions: Transactions | undefined;
  const assignments = new AssignmentsManager({
    env: { ...env, logger },
    brokerId: nodeId,
    brokerEpoch: () => lifecycle.brokerEpoch,
    channel: open("directory-assignments", () => RETRY_TIMEOUT_MS),
    image: () => controller.image,
  });
  const replicaManager = new ReplicaManager({
    env: loggers.env(env, LOGGERS.replicas),
    logManager,
    config,
    brokerId: nodeId,
    // Nobody writes before all rooms are open.
    verifyTransaction: (verification) => transactions!.verify(verification),
    directoryEvents: {
      assigned: (...placement) => assignments.assigned(...placement),
      failed: (directoryId) => lifecycle.directoryFailed(directoryId),
    },
    peers: brokerPeers({
      ...{ transport, env, config, image: () => controller.image },
      brokerEpoch: () => lifecycle.brokerEpoch,
      channel: open("alter-partition", () => Infinity),
    }),
  });
  onOpened(() => replicaManager.shutdown());
  logs.onLogDirFailure = (path, partitions) => replicaManager.handleLogDirFailure(path, partitions);
  const groupsEnv = loggers.env(env, LOGGERS.groups);
  const groups = groupCoordinator({
    env: groupsEnv,
    config,
    partitions: replicaManager,
    image: () => controller.image,
  });
  onOpened(() => groups.shutdown());
  const controllerChannel = open("forwarding", () => RETRY_TIMEOUT_MS);
  const producerIds = new ProducerIds(
    producerIdAllocation(controllerChannel, nodeId, () => lifecycle.brokerEpoch),
  );
  const peers = new PeerLinks((brokerId) =>
    peerLink({ transport, env, config, image: () => controller.image }, {
      brokerId,
      clientId: `broker-${nodeId}-transactions`,
      timeoutConfig: "request.timeout.ms",
    })
  );
  const { coordinator } = transactions = brokerTransactions({
    env: loggers.env(env, LOGGERS.transactions),
    config,
    image: () => controller.image,
    replicaManager,
    groups,
    producerIds,
    peers,
  });
  onOpened(async () => {
    peers.close();
    await coordinator.shutdown();
  });
  const brokerEnv = loggers.env(env, LOGGERS.brokerApis);
  const forwarding = new ForwardingManager({
    channel: controllerChannel,
    isControllerHere: () => controller.isActive,
    logger: brokerEnv.logger,
  });
  const dispatcher = new RequestDispatcher({
    env: brokerEnv,
    handlers: brokerHandlers({
      ...{ ...shared, env: brokerEnv, replicaManager, groups, transactions, producerIds },
      ...{ forwarding, controllerChannel },
    }),
    hook: options.hook,
  });
  const socketServer = new SocketServer({
    env: loggers.env(env, LOGGERS.network),
    transport,
    config: networkConfig(config),
    dispatcherOf: () => dispatcher,
  });
  onOpened(() => socketServer.shutdown());
  const lifecycle: BrokerLifecycle = new BrokerLifecycle({
    env: loggers.env(env, LOGGERS.lifecycle),
    config,
    clusterId: shared.clusterId,
    channel: open("heartbeat", () => config.int("broker.heartbeat.interval.ms")),
    image: () => controller.image,
    logManager,
    endPoints: () => brokerEndpoints(config, socketServer.listeners),
    previousBrokerEpoch: logs.previousBrokerEpoch,
    onFatal: options.onFatal,
  });
  onOpened(() => lifecycle.shutdown());
  config.subscribe(networkConfigNames(config), () => socketServer.limitsChanged());
  const dynamicListeners = new DynamicListeners({
    config,
    socketServer,
    endpointsChanged: () => lifecycle.endpointsChanged(),
    logger: loggers.named(LOGGERS.network),
  });
  await dynamicListeners.bind();
  using startup = startupDeadline(env.clock, config);
  await withDeadline(lifecycle.start(), startup.signal);
  await followFromNow(controller, (delta, image) => {
    const applied = replicaManager.applyDelta(delta, image);
    followMetadata(groups, groupsEnv, delta, image);
    coordinator.applyDelta(delta, image);
    lifecycle.follow(delta, image);
    return applied;
  });
  await withDeadline(lifecycle.readyToUnfence(), startup.signal);
  socketServer.start();
  dynamicListeners.follow();
  return {
    socketServer,
    get brokerEpoch() {
      return lifecycle.brokerEpoch;
    },
    async shutdown(isFatal, closing) {
      await closing(dynamicListeners.shutdown());
      if (!isFatal && config.boolean("controlled.shutdown.enable")) {
        await lifecycle.controlledShutdown(CONTROLLED_SHUTDOWN_TIMEOUT_MS);
      }
      await closing(lifecycle.shutdown());
      const connectionsEnded = closing(socketServer.shutdown());
      // Who waits for what will not come is answered, so that the connections can end.
      peers.close();
      await closing(coordinator.shutdown());
      await closing(groups.shutdown());
      await closing(replicaManager.shutdown());
      await closing(assignments.shutdown());
      await Promise.all(channels.map((channel) => closing(channel.shutdown())));
      await connectionsEnded;
    },
  };
}

function startupDeadline(clock: Clock, config: BrokerServerOptions["config"]): Deadline {
  const name = "server.max.startup.time.ms";
  const timeoutMs = config.long(name);
  return new Deadline(clock, timeoutMs, `The broker has not started within ${name}: ${timeoutMs}`);
}

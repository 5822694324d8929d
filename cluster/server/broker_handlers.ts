/**
 * The APIs that a broker answers on the listeners that are not the controller's.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import type { ConfigStore } from "../config/config_store.ts";
import type { ControllerDriver } from "../controller/controller_driver.ts";
import type { ProducerIds } from "../controller/producer_ids.ts";
import type { RaftDriver } from "../raft/raft_driver.ts";
import type { ReplicaManager } from "../replication/replica_manager.ts";
import type { AnyApiHandler } from "./api_handler.ts";
import { autoTopicCreation } from "./auto_topic_creation.ts";
import { featureState } from "./broker_features.ts";
import type { Transactions } from "./broker_transactions.ts";
import { ClientMetrics } from "./client_metrics.ts";
import type { ControllerChannel } from "./controller_channel.ts";
import { withControllersVersions } from "./forwardable_apis.ts";
import type { ForwardingManager } from "./forwarding_manager.ts";
import type { GroupCoordinator } from "./group_coordinator.ts";
import { FetchSessionCache } from "./fetch_session_cache.ts";
import { addOffsetsToTxnHandler } from "./handlers/add_offsets_to_txn.ts";
import { addPartitionsToTxnHandler } from "./handlers/add_partitions_to_txn.ts";
import { alterConfigsHandler } from "./handlers/alter_configs.ts";
import { alterPartitionReassignmentsHandler } from "./handlers/alter_partition_reassignments.ts";
import { alterReplicaLogDirsHandler } from "./handlers/alter_replica_log_dirs.ts";
import { apiVersionsHandler } from "./handlers/api_versions.ts";
import type { ConfigAlterationOptions } from "./handlers/config_alteration.ts";
import { createPartitionsHandler } from "./handlers/create_partitions.ts";
import { createTopicsHandler } from "./handlers/create_topics.ts";
import { deleteGroupsHandler } from "./handlers/delete_groups.ts";
import { deleteRecordsHandler } from "./handlers/delete_records.ts";
import { deleteTopicsHandler } from "./handlers/delete_topics.ts";
import { describeClusterHandler } from "./handlers/describe_cluster.ts";
import { describeConfigsHandler } from "./handlers/describe_configs.ts";
import { describeGroupsHandler } from "./handlers/describe_groups.ts";
import { describeLogDirsHandler } from "./handlers/describe_log_dirs.ts";
import { describeProducersHandler } from "./handlers/describe_producers.ts";
import { describeQuorumHandler } from "./handlers/describe_quorum.ts";
import { describeTopicPartitionsHandler } from "./handlers/describe_topic_partitions.ts";
import { describeTransactionsHandler } from "./handlers/describe_transactions.ts";
import { electLeadersHandler } from "./handlers/elect_leaders.ts";
import { endTxnHandler } from "./handlers/end_txn.ts";
import { fetchHandler } from "./handlers/fetch.ts";
import { findCoordinatorHandler } from "./handlers/find_coordinator.ts";
import { getTelemetrySubscriptionsHandler } from "./handlers/get_telemetry_subscriptions.ts";
import { heartbeatHandler } from "./handlers/heartbeat.ts";
import { incrementalAlterConfigsHandler } from "./handlers/incremental_alter_configs.ts";
import { initProducerIdHandler } from "./handlers/init_producer_id.ts";
import { joinGroupHandler } from "./handlers/join_group.ts";
import { leaveGroupHandler } from "./handlers/leave_group.ts";
import { listConfigResourcesHandler } from "./handlers/list_config_resources.ts";
import { listGroupsHandler } from "./handlers/list_groups.ts";
import { listOffsetsHandler } from "./handlers/list_offsets.ts";
import { listPartitionReassignmentsHandler } from "./handlers/list_partition_reassignments.ts";
import { listTransactionsHandler } from "./handlers/list_transactions.ts";
import { metadataHandler } from "./handlers/metadata.ts";
import { offsetCommitHandler } from "./handlers/offset_commit.ts";
import { offsetDeleteHandler } from "./handlers/offset_delete.ts";
import { offsetFetchHandler } from "./handlers/offset_fetch.ts";
import { offsetForLeaderEpochHandler } from "./handlers/offset_for_leader_epoch.ts";
import { produceHandler } from "./handlers/produce.ts";
import { pushTelemetryHandler } from "./handlers/push_telemetry.ts";
import { syncGroupHandler } from "./handlers/sync_group.ts";
import { txnOffsetCommitHandler } from "./handlers/txn_offset_commit.ts";
import { unregisterBrokerHandler } from "./handlers/unregister_broker.ts";
import { updateFeaturesHandler } from "./handlers/update_features.ts";
import { writeTxnMarkersHandler } from "./handlers/write_txn_markers.ts";
import { anyAliveBroker, ListenerView } from "./listener_view.ts";
import { announcedApis } from "./request_dispatcher.ts";
import type { RuntimeLoggerManager } from "./runtime_logger_manager.ts";

/** What the handlers are made of. */
export interface BrokerParts {
  /** The world. */
  readonly env: Env;
  /** The configs. */
  readonly config: BrokerConfig;
  /** The configs, as they are described. */
  readonly configStore: ConfigStore;
  /** The levels of loggers. */
  readonly loggers: RuntimeLoggerManager;
  /** Id of the cluster. */
  readonly clusterId: string;
  /** Decides about metadata. */
  readonly controller: ControllerDriver;
  /** The metadata log. */
  readonly raft: RaftDriver;
  /** Has requests answered by the active controller. */
  readonly forwarding: ForwardingManager;
  /** To the active controller, for what clients want. */
  readonly controllerChannel: ControllerChannel;
  /** Has the partitions. */
  readonly replicaManager: ReplicaManager;
  /** Coordinates groups. */
  readonly groups: GroupCoordinator;
  /** Coordinates transactions. */
  readonly transactions: Transactions;
  /** Gives producers ids. */
  readonly producerIds: ProducerIds;
}

/** All handlers, of which ApiVersions tells. */
export function brokerHandlers(parts: BrokerParts): AnyApiHandler[] {
  const { env, config, configStore, loggers, clusterId, controller, raft } = parts;
  const { replicaManager, groups, producerIds, forwarding, controllerChannel } = parts;
  const { coordinator: transactions, writeMarkers } = parts.transactions;
  const image = () => controller.image;
  const autoCreate = autoTopicCreation(env, controllerChannel, config);
  const alteration: ConfigAlterationOptions = {
    controller,
    rules: {
      duplicate: "Each resource must appear at most once.",
      validate: (change, isIncremental) => configStore.validateAlteration(change, isIncremental),
    },
    forwarding,
    loggers,
  };
  const handlers: AnyApiHandler[] = [
    produceHandler({ replicaManager }),
    fetchHandler({
      replicaManager,
      config,
      sessions: new FetchSessionCache({
        env,
        maxEntries: () => config.int("max.incremental.fetch.session.cache.slots"),
      }),
    }),
    listOffsetsHandler({ replicaManager, env }),
    offsetForLeaderEpochHandler({ replicaManager }),
    deleteRecordsHandler({ replicaManager }),
    describeLogDirsHandler({ replicaManager }),
    alterReplicaLogDirsHandler({ replicaManager }),
    describeProducersHandler({ replicaManager }),
    metadataHandler({
      image,
      clusterId,
      random: env.random,
      autoCreateTopicsEnable: () => config.boolean("auto.create.topics.enable"),
      autoCreate,
    }),
    describeClusterHandler({
      endpointType: "broker",
      clusterId,
      nodes: (listenerName) => new ListenerView(image(), listenerName).nodes,
      controllerId: () => anyAliveBroker(image(), env.random),
    }),
    describeTopicPartitionsHandler({
      image,
      maxPartitions: () => config.int("max.request.partition.size.limit"),
    }),
    describeConfigsHandler({
      nodeId: config.nodeId,
      image,
      configs: configStore,
      loggers,
      logger: env.logger,
    }),
    listConfigResourcesHandler({ image }),
    forwarding.around(createTopicsHandler({ controller })),
    forwarding.around(
      deleteTopicsHandler({ controller, isEnabled: () => config.boolean("delete.topic.enable") }),
    ),
    forwarding.around(createPartitionsHandler({ controller })),
    incrementalAlterConfigsHandler(alteration),
    alterConfigsHandler(alteration),
    forwarding.around(electLeadersHandler({ controller })),
    forwarding.around(alterPartitionReassignmentsHandler({ controller })),
    forwarding.around(listPartitionReassignmentsHandler({ image })),
    forwarding.around(updateFeaturesHandler({ controller, raft })),
    forwarding.around(unregisterBrokerHandler({ controller })),
    forwarding.around(describeQuorumHandler({ raft })),
    initProducerIdHandler({ producerIds, transactions, config }),
    addPartitionsToTxnHandler({ transactions, image }),
    addOffsetsToTxnHandler({ transactions, image, config }),
    endTxnHandler({ transactions }),
    writeTxnMarkersHandler({ writeMarkers }),
    describeTransactionsHandler({ transactions }),
    listTransactionsHandler({ transactions, clock: env.clock }),
  ];
  handlers.push(
    findCoordinatorHandler({ image, autoCreate }),
    offsetCommitHandler({ groups, image }),
    offsetFetchHandler({ groups, image }),
    offsetDeleteHandler({ groups, image }),
    txnOffsetCommitHandler({ groups, image }),
    joinGroupHandler({ groups, config }),
    syncGroupHandler({ groups }),
    heartbeatHandler({ groups }),
    leaveGroupHandler({ groups }),
    describeGroupsHandler({ groups }),
    listGroupsHandler({ groups }),
    deleteGroupsHandler({ groups }),
  );
  const clientMetrics = new ClientMetrics(env.clock);
  const maxBytes = () => config.int("telemetry.max.bytes");
  handlers.push(
    getTelemetrySubscriptionsHandler({ clientMetrics, random: env.random, maxBytes }),
    pushTelemetryHandler({ clientMetrics, maxBytes }),
  );
  const apiVersions = apiVersionsHandler({
    apis: () => withControllersVersions(announced, controllerChannel.controllerVersions),
    features: () =>
      featureState(
        controller.image,
        raft.kraftVersion,
        config.boolean("unstable.feature.versions.enable"),
      ),
  });
  handlers.push(apiVersions);
  const announced = announcedApis(handlers);
  return handlers;
}

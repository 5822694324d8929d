/**
 * The APIs that the controller answers on its own listeners, as Kafka's `ControllerApis`: those of admin clients, and those by which
 * brokers and other controllers speak with it.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import type { AnyApiHandler } from "./api_handler.ts";
import { featureState } from "./broker_features.ts";
import type { BrokerParts } from "./broker_handlers.ts";
import { controllerAlterationRules } from "./controller_alteration_rules.ts";
import { allocateProducerIdsHandler } from "./handlers/allocate_producer_ids.ts";
import { alterConfigsHandler } from "./handlers/alter_configs.ts";
import { alterPartitionHandler } from "./handlers/alter_partition.ts";
import { alterPartitionReassignmentsHandler } from "./handlers/alter_partition_reassignments.ts";
import { apiVersionsHandler } from "./handlers/api_versions.ts";
import { assignReplicasToDirsHandler } from "./handlers/assign_replicas_to_dirs.ts";
import { brokerHeartbeatHandler } from "./handlers/broker_heartbeat.ts";
import { brokerRegistrationHandler } from "./handlers/broker_registration.ts";
import { controllerRegistrationHandler } from "./handlers/controller_registration.ts";
import { createPartitionsHandler } from "./handlers/create_partitions.ts";
import { createTopicsHandler } from "./handlers/create_topics.ts";
import { deleteTopicsHandler } from "./handlers/delete_topics.ts";
import { describeClusterHandler } from "./handlers/describe_cluster.ts";
import { describeConfigsHandler } from "./handlers/describe_configs.ts";
import { describeQuorumHandler } from "./handlers/describe_quorum.ts";
import { electLeadersHandler } from "./handlers/elect_leaders.ts";
import { envelopeHandler } from "./handlers/envelope.ts";
import { incrementalAlterConfigsHandler } from "./handlers/incremental_alter_configs.ts";
import { listPartitionReassignmentsHandler } from "./handlers/list_partition_reassignments.ts";
import { unregisterBrokerHandler } from "./handlers/unregister_broker.ts";
import { updateFeaturesHandler } from "./handlers/update_features.ts";
import { controllerNodes } from "./listener_view.ts";
import type { HeartbeatConnections } from "./heartbeat_connections.ts";
import { raftHandlers } from "./raft_handlers.ts";
import { announcedApis, RequestDispatcher } from "./request_dispatcher.ts";

/** The parts of a node that the controller's handlers are made of. */
export interface ControllerParts extends
  Pick<
    BrokerParts,
    "env" | "config" | "configStore" | "loggers" | "clusterId" | "controller" | "raft"
  > {
  /** Is told over which connections brokers are heard. */
  readonly connections: Pick<HeartbeatConnections, "heard">;
}

/** All handlers, of which ApiVersions tells. */
export function controllerHandlers(parts: ControllerParts): AnyApiHandler[] {
  const { env, config, configStore, loggers, clusterId, controller, raft } = parts;
  const image = () => controller.image;
  const alteration = {
    controller,
    rules: controllerAlterationRules(() => image().configs),
    loggers,
  };
  const handlers: AnyApiHandler[] = [
    ...raftHandlers({ raft, clusterId }),
    createTopicsHandler({ controller }),
    deleteTopicsHandler({ controller, isEnabled: () => config.boolean("delete.topic.enable") }),
    describeConfigsHandler({
      nodeId: config.nodeId,
      image,
      configs: configStore,
      loggers,
      logger: env.logger,
    }),
    alterConfigsHandler(alteration),
    createPartitionsHandler({ controller }),
    electLeadersHandler({ controller }),
    incrementalAlterConfigsHandler(alteration),
    alterPartitionHandler({ controller }),
    alterPartitionReassignmentsHandler({ controller }),
    listPartitionReassignmentsHandler({ image }),
    describeQuorumHandler({ raft }),
    updateFeaturesHandler({ controller, raft }),
    describeClusterHandler({
      endpointType: "controller",
      clusterId,
      nodes: (listenerName) => {
        requireRegistrations(image().metadataVersion);
        return controllerNodes(image(), listenerName);
      },
      controllerId: () => raft.leaderAndEpoch.leaderId ?? -1,
    }),
    brokerRegistrationHandler({ controller, clusterId }),
    brokerHeartbeatHandler({ controller, connections: parts.connections }),
    unregisterBrokerHandler({ controller }),
    allocateProducerIdsHandler({ controller }),
    controllerRegistrationHandler({ controller }),
    assignReplicasToDirsHandler({ controller }),
    apiVersionsHandler({
      apis: () => announced,
      features: () =>
        featureState(
          image(),
          raft.kraftVersion,
          config.boolean("unstable.feature.versions.enable"),
        ),
    }),
  ];
  // An envelope in an envelope is none.
  handlers.push(envelopeHandler({ dispatcher: new RequestDispatcher({ env, handlers }) }));
  const announced = announcedApis(handlers);
  return handlers;
}

/** Without registrations nobody could be told where controllers are. */
function requireRegistrations(metadataVersion: number): void {
  if (metadataVersionAbilities(metadataVersion).controllerRegistration) return;
  throw new KafkaError(
    "UNSUPPORTED_VERSION",
    "Direct-to-controller communication is not supported with the current MetadataVersion.",
  );
}

/**
 * The APIs that a broker has the controller answer (`ApiKeys.forwardable`).
 *
 * @module
 */

import type { BrokerVersions } from "../../client/network/api_versions_handshake.ts";
import type { ApiVersionRange } from "../../client/protocol/api_keys.ts";
import { addRaftVoter } from "../../client/protocol/messages/add_raft_voter.ts";
import { allocateProducerIds } from "../../client/protocol/messages/allocate_producer_ids.ts";
import { alterClientQuotas } from "../../client/protocol/messages/alter_client_quotas.ts";
import { alterConfigs } from "../../client/protocol/messages/alter_configs.ts";
import { alterPartitionReassignments } from "../../client/protocol/messages/alter_partition_reassignments.ts";
import { alterUserScramCredentials } from "../../client/protocol/messages/alter_user_scram_credentials.ts";
import { createAcls } from "../../client/protocol/messages/create_acls.ts";
import { createDelegationToken } from "../../client/protocol/messages/create_delegation_token.ts";
import { createPartitions } from "../../client/protocol/messages/create_partitions.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
import { deleteAcls } from "../../client/protocol/messages/delete_acls.ts";
import { deleteTopics } from "../../client/protocol/messages/delete_topics.ts";
import { describeQuorum } from "../../client/protocol/messages/describe_quorum.ts";
import { electLeaders } from "../../client/protocol/messages/elect_leaders.ts";
import { expireDelegationToken } from "../../client/protocol/messages/expire_delegation_token.ts";
import { incrementalAlterConfigs } from "../../client/protocol/messages/incremental_alter_configs.ts";
import { listPartitionReassignments } from "../../client/protocol/messages/list_partition_reassignments.ts";
import { removeRaftVoter } from "../../client/protocol/messages/remove_raft_voter.ts";
import { renewDelegationToken } from "../../client/protocol/messages/renew_delegation_token.ts";
import { unregisterBroker } from "../../client/protocol/messages/unregister_broker.ts";
import { updateFeatures } from "../../client/protocol/messages/update_features.ts";

const FORWARDABLE: ReadonlySet<number> = new Set(
  [
    ...[createTopics, deleteTopics, createPartitions, alterConfigs, incrementalAlterConfigs],
    ...[electLeaders, alterPartitionReassignments, listPartitionReassignments],
    ...[createAcls, deleteAcls, alterClientQuotas, alterUserScramCredentials],
    ...[createDelegationToken, renewDelegationToken, expireDelegationToken],
    ...[describeQuorum, updateFeatures, unregisterBroker, allocateProducerIds],
    ...[addRaftVoter, removeRaftVoter],
  ].map(({ key }) => key),
);

/** Whether the controller answers an API for brokers. */
export function isForwardable(apiKey: number): boolean {
  return FORWARDABLE.has(apiKey);
}

/**
 * What a broker announces: of the APIs that the controller answers, what that can as well.
 *
 * @param controller what the controller takes; `undefined` when nobody knows, or it is this node
 */
export function withControllersVersions(
  apis: readonly ApiVersionRange[],
  controller: BrokerVersions | undefined,
): readonly ApiVersionRange[] {
  if (controller === undefined) return apis;
  return apis.flatMap((api) => {
    if (!isForwardable(api.apiKey)) return [api];
    const its = controller.get(api.apiKey);
    if (its === undefined) return [];
    const minVersion = Math.max(api.minVersion, its.lowest);
    const maxVersion = Math.min(api.maxVersion, its.highest);
    return minVersion <= maxVersion ? [{ ...api, minVersion, maxVersion }] : [];
  });
}

/**
 * All APIs of Apache Kafka 4.3.1.
 *
 * @module
 */

import type { Api } from "./api.ts";
import { addOffsetsToTxn } from "./messages/add_offsets_to_txn.ts";
import { addPartitionsToTxn } from "./messages/add_partitions_to_txn.ts";
import { addRaftVoter } from "./messages/add_raft_voter.ts";
import { allocateProducerIds } from "./messages/allocate_producer_ids.ts";
import { alterClientQuotas } from "./messages/alter_client_quotas.ts";
import { alterConfigs } from "./messages/alter_configs.ts";
import { alterPartition } from "./messages/alter_partition.ts";
import { alterPartitionReassignments } from "./messages/alter_partition_reassignments.ts";
import { alterReplicaLogDirs } from "./messages/alter_replica_log_dirs.ts";
import { alterShareGroupOffsets } from "./messages/alter_share_group_offsets.ts";
import { alterUserScramCredentials } from "./messages/alter_user_scram_credentials.ts";
import { apiVersions } from "./messages/api_versions.ts";
import { assignReplicasToDirs } from "./messages/assign_replicas_to_dirs.ts";
import { beginQuorumEpoch } from "./messages/begin_quorum_epoch.ts";
import { brokerHeartbeat } from "./messages/broker_heartbeat.ts";
import { brokerRegistration } from "./messages/broker_registration.ts";
import { consumerGroupDescribe } from "./messages/consumer_group_describe.ts";
import { consumerGroupHeartbeat } from "./messages/consumer_group_heartbeat.ts";
import { controllerRegistration } from "./messages/controller_registration.ts";
import { createAcls } from "./messages/create_acls.ts";
import { createDelegationToken } from "./messages/create_delegation_token.ts";
import { createPartitions } from "./messages/create_partitions.ts";
import { createTopics } from "./messages/create_topics.ts";
import { deleteAcls } from "./messages/delete_acls.ts";
import { deleteGroups } from "./messages/delete_groups.ts";
import { deleteRecords } from "./messages/delete_records.ts";
import { deleteShareGroupOffsets } from "./messages/delete_share_group_offsets.ts";
import { deleteShareGroupState } from "./messages/delete_share_group_state.ts";
import { deleteTopics } from "./messages/delete_topics.ts";
import { describeAcls } from "./messages/describe_acls.ts";
import { describeClientQuotas } from "./messages/describe_client_quotas.ts";
import { describeCluster } from "./messages/describe_cluster.ts";
import { describeConfigs } from "./messages/describe_configs.ts";
import { describeDelegationToken } from "./messages/describe_delegation_token.ts";
import { describeGroups } from "./messages/describe_groups.ts";
import { describeLogDirs } from "./messages/describe_log_dirs.ts";
import { describeProducers } from "./messages/describe_producers.ts";
import { describeQuorum } from "./messages/describe_quorum.ts";
import { describeShareGroupOffsets } from "./messages/describe_share_group_offsets.ts";
import { describeTopicPartitions } from "./messages/describe_topic_partitions.ts";
import { describeTransactions } from "./messages/describe_transactions.ts";
import { describeUserScramCredentials } from "./messages/describe_user_scram_credentials.ts";
import { electLeaders } from "./messages/elect_leaders.ts";
import { endQuorumEpoch } from "./messages/end_quorum_epoch.ts";
import { endTxn } from "./messages/end_txn.ts";
import { envelope } from "./messages/envelope.ts";
import { expireDelegationToken } from "./messages/expire_delegation_token.ts";
import { fetch } from "./messages/fetch.ts";
import { fetchSnapshot } from "./messages/fetch_snapshot.ts";
import { findCoordinator } from "./messages/find_coordinator.ts";
import { getTelemetrySubscriptions } from "./messages/get_telemetry_subscriptions.ts";
import { heartbeat } from "./messages/heartbeat.ts";
import { incrementalAlterConfigs } from "./messages/incremental_alter_configs.ts";
import { initProducerId } from "./messages/init_producer_id.ts";
import { initializeShareGroupState } from "./messages/initialize_share_group_state.ts";
import { joinGroup } from "./messages/join_group.ts";
import { leaveGroup } from "./messages/leave_group.ts";
import { listConfigResources } from "./messages/list_config_resources.ts";
import { listGroups } from "./messages/list_groups.ts";
import { listOffsets } from "./messages/list_offsets.ts";
import { listPartitionReassignments } from "./messages/list_partition_reassignments.ts";
import { listTransactions } from "./messages/list_transactions.ts";
import { metadata } from "./messages/metadata.ts";
import { offsetCommit } from "./messages/offset_commit.ts";
import { offsetDelete } from "./messages/offset_delete.ts";
import { offsetFetch } from "./messages/offset_fetch.ts";
import { offsetForLeaderEpoch } from "./messages/offset_for_leader_epoch.ts";
import { produce } from "./messages/produce.ts";
import { pushTelemetry } from "./messages/push_telemetry.ts";
import { readShareGroupState } from "./messages/read_share_group_state.ts";
import { readShareGroupStateSummary } from "./messages/read_share_group_state_summary.ts";
import { removeRaftVoter } from "./messages/remove_raft_voter.ts";
import { renewDelegationToken } from "./messages/renew_delegation_token.ts";
import { saslAuthenticate } from "./messages/sasl_authenticate.ts";
import { saslHandshake } from "./messages/sasl_handshake.ts";
import { shareAcknowledge } from "./messages/share_acknowledge.ts";
import { shareFetch } from "./messages/share_fetch.ts";
import { shareGroupDescribe } from "./messages/share_group_describe.ts";
import { shareGroupHeartbeat } from "./messages/share_group_heartbeat.ts";
import { streamsGroupDescribe } from "./messages/streams_group_describe.ts";
import { streamsGroupHeartbeat } from "./messages/streams_group_heartbeat.ts";
import { syncGroup } from "./messages/sync_group.ts";
import { txnOffsetCommit } from "./messages/txn_offset_commit.ts";
import { unregisterBroker } from "./messages/unregister_broker.ts";
import { updateFeatures } from "./messages/update_features.ts";
import { updateRaftVoter } from "./messages/update_raft_voter.ts";
import { vote } from "./messages/vote.ts";
import { writeShareGroupState } from "./messages/write_share_group_state.ts";
import { writeTxnMarkers } from "./messages/write_txn_markers.ts";

/** The APIs, by number. */
export const APIS: readonly Api<unknown, unknown>[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  saslHandshake,
  apiVersions,
  createTopics,
  deleteTopics,
  deleteRecords,
  initProducerId,
  offsetForLeaderEpoch,
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  writeTxnMarkers,
  txnOffsetCommit,
  describeAcls,
  createAcls,
  deleteAcls,
  describeConfigs,
  alterConfigs,
  alterReplicaLogDirs,
  describeLogDirs,
  saslAuthenticate,
  createPartitions,
  createDelegationToken,
  renewDelegationToken,
  expireDelegationToken,
  describeDelegationToken,
  deleteGroups,
  electLeaders,
  incrementalAlterConfigs,
  alterPartitionReassignments,
  listPartitionReassignments,
  offsetDelete,
  describeClientQuotas,
  alterClientQuotas,
  describeUserScramCredentials,
  alterUserScramCredentials,
  vote,
  beginQuorumEpoch,
  endQuorumEpoch,
  describeQuorum,
  alterPartition,
  updateFeatures,
  envelope,
  fetchSnapshot,
  describeCluster,
  describeProducers,
  brokerRegistration,
  brokerHeartbeat,
  unregisterBroker,
  describeTransactions,
  listTransactions,
  allocateProducerIds,
  consumerGroupHeartbeat,
  consumerGroupDescribe,
  controllerRegistration,
  getTelemetrySubscriptions,
  pushTelemetry,
  assignReplicasToDirs,
  listConfigResources,
  describeTopicPartitions,
  shareGroupHeartbeat,
  shareGroupDescribe,
  shareFetch,
  shareAcknowledge,
  addRaftVoter,
  removeRaftVoter,
  updateRaftVoter,
  initializeShareGroupState,
  readShareGroupState,
  writeShareGroupState,
  deleteShareGroupState,
  readShareGroupStateSummary,
  streamsGroupHeartbeat,
  streamsGroupDescribe,
  describeShareGroupOffsets,
  alterShareGroupOffsets,
  deleteShareGroupOffsets,
];

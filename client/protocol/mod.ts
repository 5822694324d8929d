/**
 * Kafka's wire protocol: every API with all its versions as data, and the code that reads and writes it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decode, encode, metadata } from "@seglog/seglog/protocol";
 *
 * const bytes = encode(metadata.request, 12, { topics: null, allowAutoTopicCreation: false });
 * const request = decode(metadata.request, 12, bytes);
 * assertEquals([request.topics, request.allowAutoTopicCreation], [null, false]);
 * ```
 *
 * @module
 */

export type { Api } from "./api.ts";
export * from "./apis.ts";
export * from "./api_keys.ts";
export * from "./error_codes.ts";
export { ERROR_ROWS } from "./error_table.ts";
export * from "./framing.ts";
export * from "./headers.ts";
export {
  decode,
  decodePrefix,
  type Draft,
  encode,
  encodedSize,
  encodeInto,
  type Message,
  type RecordsSource,
  type UnknownTaggedField,
} from "../../storage/message/message_codec.ts";
export * from "./messages/add_offsets_to_txn.ts";
export * from "./messages/add_partitions_to_txn.ts";
export * from "./messages/add_raft_voter.ts";
export * from "./messages/allocate_producer_ids.ts";
export * from "./messages/alter_client_quotas.ts";
export * from "./messages/alter_configs.ts";
export * from "./messages/alter_partition.ts";
export * from "./messages/alter_partition_reassignments.ts";
export * from "./messages/alter_replica_log_dirs.ts";
export * from "./messages/alter_share_group_offsets.ts";
export * from "./messages/alter_user_scram_credentials.ts";
export * from "./messages/api_versions.ts";
export * from "./messages/assign_replicas_to_dirs.ts";
export * from "./messages/begin_quorum_epoch.ts";
export * from "./messages/broker_heartbeat.ts";
export * from "./messages/broker_registration.ts";
export * from "./messages/consumer_group_describe.ts";
export * from "./messages/consumer_group_heartbeat.ts";
export * from "./messages/controller_registration.ts";
export * from "./messages/create_acls.ts";
export * from "./messages/create_delegation_token.ts";
export * from "./messages/create_partitions.ts";
export * from "./messages/create_topics.ts";
export * from "./messages/delete_acls.ts";
export * from "./messages/delete_groups.ts";
export * from "./messages/delete_records.ts";
export * from "./messages/delete_share_group_offsets.ts";
export * from "./messages/delete_share_group_state.ts";
export * from "./messages/delete_topics.ts";
export * from "./messages/describe_acls.ts";
export * from "./messages/describe_client_quotas.ts";
export * from "./messages/describe_cluster.ts";
export * from "./messages/describe_configs.ts";
export * from "./messages/describe_delegation_token.ts";
export * from "./messages/describe_groups.ts";
export * from "./messages/describe_log_dirs.ts";
export * from "./messages/describe_producers.ts";
export * from "./messages/describe_quorum.ts";
export * from "./messages/describe_share_group_offsets.ts";
export * from "./messages/describe_topic_partitions.ts";
export * from "./messages/describe_transactions.ts";
export * from "./messages/describe_user_scram_credentials.ts";
export * from "./messages/elect_leaders.ts";
export * from "./messages/end_quorum_epoch.ts";
export * from "./messages/end_txn.ts";
export * from "./messages/envelope.ts";
export * from "./messages/expire_delegation_token.ts";
export * from "./messages/fetch.ts";
export * from "./messages/fetch_snapshot.ts";
export * from "./messages/find_coordinator.ts";
export * from "./messages/get_telemetry_subscriptions.ts";
export * from "./messages/heartbeat.ts";
export * from "./messages/incremental_alter_configs.ts";
export * from "./messages/init_producer_id.ts";
export * from "./messages/initialize_share_group_state.ts";
export * from "./messages/join_group.ts";
export * from "./messages/leave_group.ts";
export * from "./messages/list_config_resources.ts";
export * from "./messages/list_groups.ts";
export * from "./messages/list_offsets.ts";
export * from "./messages/list_partition_reassignments.ts";
export * from "./messages/list_transactions.ts";
export * from "./messages/metadata.ts";
export * from "./messages/offset_commit.ts";
export * from "./messages/offset_delete.ts";
export * from "./messages/offset_fetch.ts";
export * from "./messages/offset_for_leader_epoch.ts";
export * from "./messages/produce.ts";
export * from "./messages/push_telemetry.ts";
export * from "./messages/read_share_group_state.ts";
export * from "./messages/read_share_group_state_summary.ts";
export * from "./messages/remove_raft_voter.ts";
export * from "./messages/renew_delegation_token.ts";
export * from "./messages/sasl_authenticate.ts";
export * from "./messages/sasl_handshake.ts";
export * from "./messages/share_acknowledge.ts";
export * from "./messages/share_fetch.ts";
export * from "./messages/share_group_describe.ts";
export * from "./messages/share_group_heartbeat.ts";
export * from "./messages/streams_group_describe.ts";
export * from "./messages/streams_group_heartbeat.ts";
export * from "./messages/sync_group.ts";
export * from "./messages/txn_offset_commit.ts";
export * from "./messages/unregister_broker.ts";
export * from "./messages/update_features.ts";
export * from "./messages/update_raft_voter.ts";
export * from "./messages/vote.ts";
export * from "./messages/write_share_group_state.ts";
export * from "./messages/write_txn_markers.ts";
export { type ErrorCode, StorageError } from "../../storage/errors.ts";
export type {
  FieldSchema,
  MessageSchema,
  PrimitiveType,
  VersionRange,
} from "../../storage/message/message_schema.ts";

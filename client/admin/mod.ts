/**
 * The admin client.
 *
 * @module
 */

export { ACL_OPERATIONS, type AclOperation } from "./acl_operations.ts";
export {
  ACL_PATTERN_TYPES,
  ACL_PERMISSION_TYPES,
  ACL_RESOURCE_TYPES,
  type AclBinding,
  type AclBindingFilter,
  type AclPatternType,
  type AclPermissionType,
  type AclResourceType,
  type DeletedAcl,
} from "./acls.ts";
export { Admin } from "./admin.ts";
export type { AdminConfigs, AdminOptions, CallOptions } from "./admin_options.ts";
export { AdminResults, type Outcome } from "./admin_results.ts";
export type {
  AlterClientQuotasOptions,
  ClientQuotaAlteration,
  ClientQuotaEntity,
  ClientQuotaFilter,
  ClientQuotaFilterComponent,
  ClientQuotas,
} from "./client_quotas.ts";
export type { ClusterDescription, ClusterNode, DescribeClusterOptions } from "./cluster.ts";
export { type CloseAdminOptions, ClusterAdmin } from "./cluster_admin.ts";
export {
  Config,
  CONFIG_SOURCES,
  CONFIG_TYPES,
  type ConfigEntry,
  type ConfigSource,
  type ConfigSynonym,
  type ConfigValueType,
} from "./config_entry.ts";
export type {
  AlterConfigOp,
  AlterConfigOpType,
  AlterConfigsOptions,
  ConfigResource,
  ConfigResourceType,
  DescribeConfigsOptions,
} from "./configs.ts";
export type { ElectionType } from "./elections.ts";
export type {
  DescribeFeaturesOptions,
  FeatureMetadata,
  FeatureUpdate,
  FeatureVersionRange,
  UpdateFeaturesOptions,
} from "./features.ts";
export type {
  AnyGroupDescription,
  ClassicGroupDescription,
  ConsumerGroupDescription,
  MemberDescription,
} from "./group_description.ts";
export type { DescribeGroupsOptions } from "./group_descriptions.ts";
export { type GroupListing, GroupListings, type ListGroupsOptions } from "./group_listing.ts";
export type { GroupOffsets, ListGroupOffsetsOptions } from "./group_offsets.ts";
export { GROUP_STATES, GROUP_TYPES, type GroupState, type GroupType } from "./group_state.ts";
export type { MemberToRemove, RemoveMembersOptions } from "./groups.ts";
export { KeyMap } from "./key_map.ts";
export type {
  LogDirDescription,
  ReplicaInfo,
  ReplicaLogDirInfo,
  TopicPartitionReplica,
} from "./log_dirs.ts";
export type { ListedOffset, ListOffsetsOptions, OffsetSpec } from "./offsets.ts";
export type { CreateOptions, NewPartitions } from "./partitions.ts";
export type {
  AbortTransactionSpec,
  DescribeProducersOptions,
  PartitionProducerState,
  ProducerState,
} from "./producers.ts";
export type { QuorumInfo, RaftVoterEndpoint, RaftVoterOptions, ReplicaState } from "./quorum.ts";
export { type QuotaOptions, ThrottlingQuotaExceededError } from "./quota_violations.ts";
export type { AlterReassignmentsOptions, PartitionReassignment } from "./reassignments.ts";
export type { DeletedRecords } from "./records.ts";
export type { TopicCollection } from "./topic_collection.ts";
export type { TopicDescription, TopicPartitionInfo } from "./topic_description.ts";
export type { DescribeTopicsOptions } from "./topic_descriptions.ts";
export {
  CreatedTopic,
  type ListTopicsOptions,
  type NewTopic,
  type TopicListing,
} from "./topics.ts";
export type { ListTransactionsOptions, TransactionListing } from "./transaction_listing.ts";
export { TRANSACTION_STATES, type TransactionState } from "./transaction_state.ts";
export type { ProducerIdAndEpoch, TransactionDescription } from "./transactions.ts";
export type {
  ScramCredentialInfo,
  ScramMechanismName,
  UserScramCredentialAlteration,
} from "./user_scram_credentials.ts";

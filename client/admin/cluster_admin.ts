/**
 * The part of the admin client that is about the cluster as a whole, and its nodes.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { AdminContext } from "./admin_context.ts";
import * as aclsCalls from "./acls.ts";
import type { AclBinding, AclBindingFilter, DeletedAcl } from "./acls.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import * as clientQuotasCalls from "./client_quotas.ts";
import type {
  AlterClientQuotasOptions,
  ClientQuotaAlteration,
  ClientQuotaEntity,
  ClientQuotaFilter,
  ClientQuotas,
} from "./client_quotas.ts";
import * as clusterCalls from "./cluster.ts";
import type { ClusterDescription, DescribeClusterOptions } from "./cluster.ts";
import * as electionsCalls from "./elections.ts";
import type { ElectionType } from "./elections.ts";
import * as featuresCalls from "./features.ts";
import type {
  DescribeFeaturesOptions,
  FeatureMetadata,
  FeatureUpdate,
  UpdateFeaturesOptions,
} from "./features.ts";
import * as logDirsCalls from "./log_dirs.ts";
import type { LogDirDescription, ReplicaLogDirInfo, TopicPartitionReplica } from "./log_dirs.ts";
import * as quorumCalls from "./quorum.ts";
import type { QuorumInfo, RaftVoterEndpoint, RaftVoterOptions } from "./quorum.ts";
import * as reassignmentsCalls from "./reassignments.ts";
import type { AlterReassignmentsOptions, PartitionReassignment } from "./reassignments.ts";
import * as userScramCredentialsCalls from "./user_scram_credentials.ts";
import type {
  ScramCredentialInfo,
  UserScramCredentialAlteration,
} from "./user_scram_credentials.ts";

/** How an admin client is closed. */
export interface CloseAdminOptions {
  /** How long calls under way may still take, ms; those that are left fail. Default: as long as they have. */
  readonly timeoutMs?: number;
}

/** Calls about the cluster and its nodes. */
export abstract class ClusterAdmin implements AsyncDisposable {
  readonly #context: AdminContext;

  /**
   * Shares the way to the cluster.
   *
   * @ignore
   */
  constructor(context: AdminContext) {
    this.#context = context;
  }

  /** What the client calls itself. */
  get clientId(): string {
    return this.#context.settings.config.string("client.id")!;
  }

  /** Describes the cluster. */
  async describeCluster(options?: DescribeClusterOptions): Promise<ClusterDescription> {
    return await clusterCalls.describeCluster(this.#context, options);
  }

  /** Makes the cluster forget a broker that does not come back. */
  async unregisterBroker(brokerId: number, options?: CallOptions): Promise<void> {
    return await clusterCalls.unregisterBroker(this.#context, brokerId, options);
  }

  /** Describes the quorum of controllers. */
  async describeMetadataQuorum(options?: CallOptions): Promise<QuorumInfo> {
    return await quorumCalls.describeMetadataQuorum(this.#context, options);
  }

  /** Makes a controller a voter. */
  async addRaftVoter(
    voterId: number,
    voterDirectoryId: string,
    endpoints: Iterable<RaftVoterEndpoint>,
    options?: RaftVoterOptions,
  ): Promise<void> {
    return await quorumCalls.addRaftVoter(
      this.#context,
      voterId,
      voterDirectoryId,
      endpoints,
      options,
    );
  }

  /** Makes a voter a mere observer. */
  async removeRaftVoter(
    voterId: number,
    voterDirectoryId: string,
    options?: RaftVoterOptions,
  ): Promise<void> {
    return await quorumCalls.removeRaftVoter(this.#context, voterId, voterDirectoryId, options);
  }

  /** The log directories of brokers, by path. */
  async describeLogDirs(
    brokers: Iterable<number>,
    options?: CallOptions,
  ): Promise<AdminResults<number, ReadonlyMap<string, LogDirDescription>>> {
    return await logDirsCalls.describeLogDirs(this.#context, brokers, options);
  }

  /** Where replicas are, and where they go. */
  async describeReplicaLogDirs(
    replicas: Iterable<TopicPartitionReplica>,
    options?: CallOptions,
  ): Promise<AdminResults<TopicPartitionReplica, ReplicaLogDirInfo>> {
    return await logDirsCalls.describeReplicaLogDirs(this.#context, replicas, options);
  }

  /** Moves replicas to other directories of their brokers. Resolves when they have begun to move. */
  async alterReplicaLogDirs(
    assignments: Iterable<readonly [TopicPartitionReplica, string]>,
    options?: CallOptions,
  ): Promise<AdminResults<TopicPartitionReplica, void>> {
    return await logDirsCalls.alterReplicaLogDirs(this.#context, assignments, options);
  }

  /** Moves partitions to other brokers; `null` ends a move. */
  async alterPartitionReassignments(
    reassignments: Iterable<readonly [TopicPartition, readonly number[] | null]>,
    options?: AlterReassignmentsOptions,
  ): Promise<AdminResults<TopicPartition, void>> {
    return await reassignmentsCalls.alterPartitionReassignments(
      this.#context,
      reassignments,
      options,
    );
  }

  /** The partitions that are being moved, among some or all. */
  async listPartitionReassignments(
    partitions?: Iterable<TopicPartition>,
    options?: CallOptions,
  ): Promise<TopicPartitionMap<PartitionReassignment>> {
    return await reassignmentsCalls.listPartitionReassignments(this.#context, partitions, options);
  }

  /** Elects leaders of partitions, or of all that need one. */
  async electLeaders(
    type: ElectionType,
    partitions: Iterable<TopicPartition> | undefined,
    options?: CallOptions,
  ): Promise<AdminResults<TopicPartition, void>> {
    return await electionsCalls.electLeaders(this.#context, type, partitions, options);
  }

  /** What nodes can do, and what has been switched on. */
  async describeFeatures(options?: DescribeFeaturesOptions): Promise<FeatureMetadata> {
    return await featuresCalls.describeFeatures(this.#context, options);
  }

  /** Changes features. When one cannot be changed none is. */
  async updateFeatures(
    updates: ReadonlyMap<string, FeatureUpdate>,
    options?: UpdateFeaturesOptions,
  ): Promise<AdminResults<string, void>> {
    return await featuresCalls.updateFeatures(this.#context, updates, options);
  }

  /** The quotas that a filter lets through. */
  async describeClientQuotas(
    filter: ClientQuotaFilter,
    options?: CallOptions,
  ): Promise<readonly ClientQuotas[]> {
    return await clientQuotasCalls.describeClientQuotas(this.#context, filter, options);
  }

  /** Changes quotas. */
  async alterClientQuotas(
    entries: Iterable<ClientQuotaAlteration>,
    options?: AlterClientQuotasOptions,
  ): Promise<AdminResults<ClientQuotaEntity, void>> {
    return await clientQuotasCalls.alterClientQuotas(this.#context, entries, options);
  }

  /** The SCRAM credentials of users, or of all that have some. */
  async describeUserScramCredentials(
    users?: Iterable<string>,
    options?: CallOptions,
  ): Promise<AdminResults<string, readonly ScramCredentialInfo[]>> {
    return await userScramCredentialsCalls.describeUserScramCredentials(
      this.#context,
      users,
      options,
    );
  }

  /** Sets SCRAM credentials of users, and takes them away. */
  async alterUserScramCredentials(
    alterations: readonly UserScramCredentialAlteration[],
    options?: CallOptions,
  ): Promise<AdminResults<string, void>> {
    return await userScramCredentialsCalls.alterUserScramCredentials(
      this.#context,
      alterations,
      options,
    );
  }

  /** The rules of who may do what that a filter meets. */
  async describeAcls(
    filter: AclBindingFilter,
    options?: CallOptions,
  ): Promise<readonly AclBinding[]> {
    return await aclsCalls.describeAcls(this.#context, filter, options);
  }

  /** Makes rules of who may do what. */
  async createAcls(
    bindings: Iterable<AclBinding>,
    options?: CallOptions,
  ): Promise<AdminResults<AclBinding, void>> {
    return await aclsCalls.createAcls(this.#context, bindings, options);
  }

  /** Deletes the rules that filters meet. */
  async deleteAcls(
    filters: Iterable<AclBindingFilter>,
    options?: CallOptions,
  ): Promise<AdminResults<AclBindingFilter, readonly DeletedAcl[]>> {
    return await aclsCalls.deleteAcls(this.#context, filters, options);
  }

  /** Takes no more calls, waits for those under way, and ends the connections. */
  async close({ timeoutMs }: CloseAdminOptions = {}): Promise<void> {
    await this.#context.close(timeoutMs);
  }

  /** As {@linkcode ClusterAdmin.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * The admin client (Kafka's `Admin`).
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { systemEnv } from "../../storage/system_env.ts";
import type { OffsetAndMetadata } from "../consumer/offset_and_metadata.ts";
import { tcpTransport } from "../network/tcp_transport.ts";
import { AdminContext } from "./admin_context.ts";
import type { AdminOptions } from "./admin_options.ts";
import { adminSettings } from "./admin_settings.ts";
import { ClusterAdmin } from "./cluster_admin.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import type { Config } from "./config_entry.ts";
import * as configsCalls from "./configs.ts";
import type {
  AlterConfigOp,
  AlterConfigsOptions,
  ConfigResource,
  ConfigResourceType,
  DescribeConfigsOptions,
} from "./configs.ts";
import type { ClassicGroupDescription, ConsumerGroupDescription } from "./group_description.ts";
import * as groupDescriptionsCalls from "./group_descriptions.ts";
import type { DescribeGroupsOptions } from "./group_descriptions.ts";
import * as groupListingCalls from "./group_listing.ts";
import type { GroupListings, ListGroupsOptions } from "./group_listing.ts";
import * as groupOffsetsCalls from "./group_offsets.ts";
import type { GroupOffsets, ListGroupOffsetsOptions } from "./group_offsets.ts";
import * as groupsCalls from "./groups.ts";
import type { RemoveMembersOptions } from "./groups.ts";
import * as offsetsCalls from "./offsets.ts";
import type { ListedOffset, ListOffsetsOptions, OffsetSpec } from "./offsets.ts";
import * as partitionsCalls from "./partitions.ts";
import type { CreateOptions, NewPartitions } from "./partitions.ts";
import * as producersCalls from "./producers.ts";
import type {
  AbortTransactionSpec,
  DescribeProducersOptions,
  PartitionProducerState,
} from "./producers.ts";
import type { QuotaOptions } from "./quota_violations.ts";
import * as recordsCalls from "./records.ts";
import type { DeletedRecords } from "./records.ts";
import type { TopicCollection } from "./topic_collection.ts";
import type { TopicDescription } from "./topic_description.ts";
import * as topicDescriptionsCalls from "./topic_descriptions.ts";
import type { DescribeTopicsOptions } from "./topic_descriptions.ts";
import * as topicsCalls from "./topics.ts";
import type { CreatedTopic, ListTopicsOptions, NewTopic, TopicListing } from "./topics.ts";
import * as transactionListingCalls from "./transaction_listing.ts";
import type { ListTransactionsOptions, TransactionListing } from "./transaction_listing.ts";
import * as transactionsCalls from "./transactions.ts";
import type { ProducerIdAndEpoch, TransactionDescription } from "./transactions.ts";

/**
 * Manages a cluster: topics, configs, groups and all the rest. A call about several things resolves with the outcome of each; what went wrong with
 * one is thrown when it is asked for. What may go well the next time is tried again, for `default.api.timeout.ms` or the call's own `timeoutMs`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Admin } from "@seglog/seglog/client";
 * import { Broker } from "@seglog/seglog/cluster";
 *
 * const dir = await Deno.makeTempDir();
 * {
 *   await using broker = await Broker.start({ dir, port: 0 });
 *   const { host, port } = broker.address;
 *   await using admin = new Admin({ bootstrapServers: `${host}:${port}` });
 *   (await admin.createTopics([{ name: "orders", numPartitions: 3 }])).all();
 *   const topics = await admin.describeTopics(["orders"]);
 *   assertEquals(topics.get("orders").partitions.length, 3);
 *   const topic = { type: "TOPIC", name: "orders" } as const;
 *   await admin.incrementalAlterConfigs([[topic, [{ name: "retention.ms", op: "SET", value: "1000" }]]]);
 *   const configs = await admin.describeConfigs([topic]);
 *   assertEquals(configs.get(topic).get("retention.ms")?.value, "1000");
 * }
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export class Admin extends ClusterAdmin {
  readonly #context: AdminContext;

  /**
   * Starts without a connection.
   *
   * @throws {InvalidConfigError} in Kafka's words
   */
  constructor(options: AdminOptions) {
    const { env = systemEnv(), transport = tcpTransport(), ...configs } = options;
    const context = new AdminContext(adminSettings(configs, env.logger), env, transport);
    super(context);
    this.#context = context;
  }

  /** Makes topics. */
  async createTopics(
    topics: Iterable<NewTopic>,
    options?: CreateOptions,
  ): Promise<AdminResults<string, CreatedTopic>> {
    return await topicsCalls.createTopics(this.#context, topics, options);
  }

  /** Deletes topics, by their names or `{ topicIds }`. */
  async deleteTopics(
    topics: TopicCollection,
    options?: QuotaOptions,
  ): Promise<AdminResults<string, void>> {
    return await topicsCalls.deleteTopics(this.#context, topics, options);
  }

  /** The topics that there are, by name. */
  async listTopics(options?: ListTopicsOptions): Promise<ReadonlyMap<string, TopicListing>> {
    return await topicsCalls.listTopics(this.#context, options);
  }

  /** Describes topics, by their names or `{ topicIds }`. */
  async describeTopics(
    topics: TopicCollection,
    options?: DescribeTopicsOptions,
  ): Promise<AdminResults<string, TopicDescription>> {
    return await topicDescriptionsCalls.describeTopics(this.#context, topics, options);
  }

  /** Adds partitions to topics. */
  async createPartitions(
    newPartitions: ReadonlyMap<string, NewPartitions>,
    options?: CreateOptions,
  ): Promise<AdminResults<string, void>> {
    return await partitionsCalls.createPartitions(this.#context, newPartitions, options);
  }

  /** The configs of resources. */
  async describeConfigs(
    resources: Iterable<ConfigResource>,
    options?: DescribeConfigsOptions,
  ): Promise<AdminResults<ConfigResource, Config>> {
    return await configsCalls.describeConfigs(this.#context, resources, options);
  }

  /** Changes configs, and leaves the others of a resource as they are. */
  async incrementalAlterConfigs(
    configs: Iterable<readonly [ConfigResource, readonly AlterConfigOp[]]>,
    options?: AlterConfigsOptions,
  ): Promise<AdminResults<ConfigResource, void>> {
    return await configsCalls.incrementalAlterConfigs(this.#context, configs, options);
  }

  /** The resources that have configs of their own, of some types or of all. */
  async listConfigResources(
    types: Iterable<ConfigResourceType> = [],
    options?: CallOptions,
  ): Promise<readonly ConfigResource[]> {
    return await configsCalls.listConfigResources(this.#context, types, options);
  }

  /** Deletes the records of partitions before an offset; -1 stands for the high watermark. */
  async deleteRecords(
    beforeOffsets: Iterable<readonly [TopicPartition, number]>,
    options?: CallOptions,
  ): Promise<AdminResults<TopicPartition, DeletedRecords>> {
    return await recordsCalls.deleteRecords(this.#context, beforeOffsets, options);
  }

  /** Finds offsets of partitions. */
  async listOffsets(
    specs: Iterable<readonly [TopicPartition, OffsetSpec]>,
    options?: ListOffsetsOptions,
  ): Promise<AdminResults<TopicPartition, ListedOffset>> {
    return await offsetsCalls.listOffsets(this.#context, specs, options);
  }

  /** The groups of all brokers. */
  async listGroups(options?: ListGroupsOptions): Promise<GroupListings> {
    return await groupListingCalls.listGroupsOfAll(this.#context, options);
  }

  /** Describes groups of consumers. */
  async describeConsumerGroups(
    groupIds: Iterable<string>,
    options?: DescribeGroupsOptions,
  ): Promise<AdminResults<string, ConsumerGroupDescription>> {
    return await groupDescriptionsCalls.describeConsumerGroups(this.#context, groupIds, options);
  }

  /** Describes groups of the classic protocol, whatever their members are. */
  async describeClassicGroups(
    groupIds: Iterable<string>,
    options?: DescribeGroupsOptions,
  ): Promise<AdminResults<string, ClassicGroupDescription>> {
    return await groupDescriptionsCalls.describeClassicGroups(this.#context, groupIds, options);
  }

  /** The offsets that groups have committed, of some partitions or, with `null`, of all that have one. */
  async listConsumerGroupOffsets(
    groups: ReadonlyMap<string, Iterable<TopicPartition> | null>,
    options?: ListGroupOffsetsOptions,
  ): Promise<AdminResults<string, GroupOffsets>> {
    return await groupOffsetsCalls.listConsumerGroupOffsets(this.#context, groups, options);
  }

  /** Sets offsets of a group that has no members. */
  async alterConsumerGroupOffsets(
    groupId: string,
    offsets: Iterable<readonly [TopicPartition, OffsetAndMetadata]>,
    options?: CallOptions,
  ): Promise<AdminResults<TopicPartition, void>> {
    return await groupOffsetsCalls.alterConsumerGroupOffsets(
      this.#context,
      groupId,
      offsets,
      options,
    );
  }

  /** Deletes offsets of a group. */
  async deleteConsumerGroupOffsets(
    groupId: string,
    partitions: Iterable<TopicPartition>,
    options?: CallOptions,
  ): Promise<AdminResults<TopicPartition, void>> {
    return await groupOffsetsCalls.deleteConsumerGroupOffsets(
      this.#context,
      groupId,
      partitions,
      options,
    );
  }

  /** Deletes groups that have no members, with their offsets. */
  async deleteConsumerGroups(
    groupIds: Iterable<string>,
    options?: CallOptions,
  ): Promise<AdminResults<string, void>> {
    return await groupsCalls.deleteConsumerGroups(this.#context, groupIds, options);
  }

  /** Removes members from a group, as if they had left it: those that are named, or all. */
  async removeMembersFromConsumerGroup(
    groupId: string,
    options?: RemoveMembersOptions,
  ): Promise<AdminResults<string, void>> {
    return await groupsCalls.removeMembersFromConsumerGroup(this.#context, groupId, options);
  }

  /** Describes transactional producers. */
  async describeTransactions(
    transactionalIds: Iterable<string>,
    options?: CallOptions,
  ): Promise<AdminResults<string, TransactionDescription>> {
    return await transactionsCalls.describeTransactions(this.#context, transactionalIds, options);
  }

  /** The transactional producers that there are, by the broker that coordinates them. */
  async listTransactions(
    options?: ListTransactionsOptions,
  ): Promise<AdminResults<number, readonly TransactionListing[]>> {
    return await transactionListingCalls.listTransactions(this.#context, options);
  }

  /** Fences transactional producers: whoever uses their ids now is refused, and their open transactions are aborted. */
  async fenceProducers(
    transactionalIds: Iterable<string>,
    options?: CallOptions,
  ): Promise<AdminResults<string, ProducerIdAndEpoch>> {
    return await transactionsCalls.fenceProducers(this.#context, transactionalIds, options);
  }

  /** Aborts the open transaction of a producer that does not end it, and fences the producer. */
  async forceTerminateTransaction(transactionalId: string, options?: CallOptions): Promise<void> {
    return await transactionsCalls.forceTerminateTransaction(
      this.#context,
      transactionalId,
      options,
    );
  }

  /** The producers of partitions. */
  async describeProducers(
    partitions: Iterable<TopicPartition>,
    options?: DescribeProducersOptions,
  ): Promise<AdminResults<TopicPartition, PartitionProducerState>> {
    return await producersCalls.describeProducers(this.#context, partitions, options);
  }

  /** Aborts a transaction that hangs in a partition, without its coordinator. */
  async abortTransaction(spec: AbortTransactionSpec, options?: CallOptions): Promise<void> {
    return await producersCalls.abortTransaction(this.#context, spec, options);
  }

  /** The groups of consumers, of all brokers. Kafka's name for {@linkcode Admin.listGroups} before 4.1. */
  async listConsumerGroups(options: ListGroupsOptions = {}): Promise<GroupListings> {
    const protocolTypes = options.protocolTypes ?? ["consumer", ""];
    return await groupListingCalls.listGroupsOfAll(
      this.#context,
      { ...options, protocolTypes },
      "listConsumerGroups",
    );
  }

  /** The names of subscriptions to metrics of clients. */
  async listClientMetricsResources(options?: CallOptions): Promise<readonly string[]> {
    const resources = await this.listConfigResources(["CLIENT_METRICS"], options);
    return resources.map(({ name }) => name);
  }
}

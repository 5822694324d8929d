/**
 * Giving up partitions and taking them over, with the user told in between (Kafka's `ConsumerCoordinator.onJoinPrepare`,
 * `onJoinComplete` and `onLeavePrepare`, KIP-429).
 *
 * @module
 */

import type { Logger } from "../../../storage/env.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import { TopicPartitionSet } from "../../../storage/file/topic_partition_map.ts";
import type { PartitionAssignor, RebalanceProtocol } from "../assignors/partition_assignor.ts";
import { decodeAssignment } from "../assignors/consumer_protocol.ts";
import type { ConsumerGroupMetadata } from "../consumer_group_metadata.ts";
import { IllegalConsumerStateError } from "../consumer_errors.ts";
import type { SubscriptionState } from "../subscription_state.ts";
import { agreedAssignor } from "./group_leader.ts";
import type { GroupTopics } from "./group_topics.ts";
import type { MemberState } from "./member_state.ts";
import { RebalanceCallbacks, sortedPartitions } from "./rebalance_callbacks.ts";

/** What changes hands, and who is told. */
export interface PartitionHandoverOptions {
  /** The assignors that this member knows. */
  readonly assignors: readonly PartitionAssignor[];
  /** Whether all partitions are given up before each rebalance, or only those that go to others. */
  readonly rebalanceProtocol: RebalanceProtocol;
  /** Where the consumer is. */
  readonly subscription: SubscriptionState;
  /** Where it stands in its group. */
  readonly member: MemberState;
  /** The topics of the group. */
  readonly topics: GroupTopics;
  /** Receives what happens. */
  readonly logger: Logger;
}

const VERSION_BYTES = 2;

/** Changes the assignment of a consumer as its group says. */
export class PartitionHandover {
  readonly #options: PartitionHandoverOptions;
  readonly #callbacks: RebalanceCallbacks;

  /** Changes nothing yet. */
  constructor(options: PartitionHandoverOptions) {
    this.#options = options;
    this.#callbacks = new RebalanceCallbacks(options.subscription, options.logger);
  }

  /**
   * Before the group is joined: partitions are given up that may go to others.
   *
   * @throws {ConsumerError} what the user's listener throws is its cause
   */
  async prepare(): Promise<void> {
    const { member, rebalanceProtocol, subscription } = this.#options;
    const owned = sortedPartitions(subscription.assignedPartitions());
    if (!this.#isMember) {
      // The group has taken them away already.
      if (owned.length > 0) await this.#give("onPartitionsLost", owned, []);
    } else if (rebalanceProtocol === "EAGER") {
      await this.#give("onPartitionsRevoked", owned, []);
    } else {
      const [kept, dropped] = split(owned, ({ topic }) => subscription.topics.has(topic));
      if (dropped.length > 0) await this.#give("onPartitionsRevoked", dropped, kept);
    }
    member.needsPrepare = false;
    subscription.resetGroupSubscription();
    this.#callbacks.check();
  }

  /**
   * The group has been joined: takes partitions over. When others have to be given up for that, the group is joined once more.
   *
   * @param bytes the assignment as the leader has written it
   * @throws {IllegalConsumerStateError} for an assignment that is none
   * @throws {ConsumerError} what the user's listener or assignor throws is its cause
   */
  async complete(bytes: Uint8Array, group: ConsumerGroupMetadata): Promise<void> {
    const { assignors, member, rebalanceProtocol, subscription, topics, logger } = this.#options;
    const assignor = agreedAssignor(assignors, member.generation.protocolName);
    if (bytes.length < VERSION_BYTES) throw noAssignment(bytes.length);
    const assignment = decodeAssignment(bytes);
    const assigned = new TopicPartitionSet(assignment.partitions);
    if (!topics.takes(assigned)) {
      logger.write("warn", "The assignment does not match the subscription", {
        assignment: `${assigned}`,
      });
      member.requestRejoin("received assignment does not match the current subscription");
      return;
    }
    const owned = sortedPartitions(subscription.assignedPartitions());
    const [, revoked] = split(owned, (topicPartition) => assigned.has(topicPartition));
    if (rebalanceProtocol === "COOPERATIVE" && revoked.length > 0) {
      await this.#callbacks.call("onPartitionsRevoked", revoked);
      member.requestRejoin("need to revoke partitions and re-join");
    }
    topics.adopt(assigned);
    try {
      assignor.onAssignment?.(assignment, group);
    } catch (error) {
      this.#callbacks.failed(error);
    }
    const before = new TopicPartitionSet(owned);
    const added = sortedPartitions(assigned).filter((one) => !before.has(one));
    // The listener may have ended the subscription.
    if (subscription.isAutoAssigned) {
      subscription.assignFromSubscribed(assigned);
      await this.#callbacks.call("onPartitionsAssigned", added);
    }
    this.#callbacks.check();
  }

  /**
   * Before the group is left: all partitions are given up.
   *
   * @throws {ConsumerError} what the user's listener throws is its cause
   */
  async drop(): Promise<void> {
    const { member, subscription } = this.#options;
    const owned = sortedPartitions(subscription.assignedPartitions());
    if (!subscription.isAutoAssigned || owned.length === 0) return;
    const isLost = !this.#isMember || member.isRebalancing;
    await this.#give(isLost ? "onPartitionsLost" : "onPartitionsRevoked", owned, []);
    this.#callbacks.check();
  }

  get #isMember(): boolean {
    const { generationId, memberId } = this.#options.member.generation;
    return generationId >= 0 && memberId !== "";
  }

  /** Partitions stay assigned until the listener has been told, so that it can commit. */
  async #give(
    callback: "onPartitionsRevoked" | "onPartitionsLost",
    given: readonly TopicPartition[],
    kept: readonly TopicPartition[],
  ): Promise<void> {
    const { subscription } = this.#options;
    await this.#callbacks.call(callback, given);
    if (subscription.isAutoAssigned) subscription.assignFromSubscribed(kept);
  }
}

function split<T>(items: readonly T[], fits: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(fits), items.filter((item) => !fits(item))];
}

function noAssignment(size: number): IllegalConsumerStateError {
  return new IllegalConsumerStateError(
    "There are insufficient bytes available to read assignment from the sync-group response " +
      `(actual byte size ${size}) , this is not expected; it is possible that the leader's assign ` +
      "function is buggy and did not return any assignment for this member, or because static " +
      "member is configured and the protocol is buggy hence did not get the assignment for this " +
      "member",
  );
}

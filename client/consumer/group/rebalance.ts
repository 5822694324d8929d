/**
 * The way of a member from one generation of its group to the next, step by step as polls go on: partitions are committed and given up, the
 * group is joined, partitions are taken over (Kafka's `AbstractCoordinator.joinGroupIfNeeded`).
 *
 * @module
 */

import { Deadline } from "../../network/deadline.ts";
import { KafkaError } from "../../protocol/error_codes.ts";
import type { JoinGroupRequestProtocol } from "../../protocol/messages/join_group.ts";
import { isRetriableFailure } from "../../retry.ts";
import { encodeSubscription } from "../assignors/consumer_protocol.ts";
import type { PartitionAssignor, RebalanceProtocol } from "../assignors/partition_assignor.ts";
import type { GroupParts } from "../consumer_core.ts";
import type { ConsumerGroupMetadata } from "../consumer_group_metadata.ts";
import type { AutoCommit } from "./auto_commit.ts";
import { isReset } from "./generation.ts";
import type { GroupCoordinator } from "./group_coordinator.ts";
import { sharePartitions } from "./group_leader.ts";
import type { GroupSettings } from "./group_settings.ts";
import type { GroupTopics } from "./group_topics.ts";
import { joinAndSync, rejoinsAtOnce } from "./member_join.ts";
import type { MemberState } from "./member_state.ts";
import { PartitionHandover } from "./partition_handover.ts";
import { Pending } from "./pending.ts";

/** What takes part. */
export interface RebalanceOptions {
  /** The consumer. */
  readonly parts: GroupParts;
  /** The group, and how long things may take. */
  readonly settings: GroupSettings;
  /** The assignors that this member knows. */
  readonly assignors: readonly PartitionAssignor[];
  /** How members give up partitions. */
  readonly rebalanceProtocol: RebalanceProtocol;
  /** Where to join. */
  readonly coordinator: GroupCoordinator;
  /** Where the consumer stands. */
  readonly member: MemberState;
  /** The topics of the group. */
  readonly topics: GroupTopics;
  /** Commits before partitions go; `undefined` when that is left to the user. */
  readonly autoCommit: AutoCommit | undefined;
  /** Told when heartbeats have to begin. */
  readonly onJoined: () => void;
}

/** Joins when there is a reason to. */
export class Rebalance {
  readonly #options: RebalanceOptions;
  readonly #handover: PartitionHandover;
  #isLeader = false;
  /** Metadata that a pattern is matched against before the group is joined. */
  #refreshing: Pending<void> | undefined;
  /** The last commit of partitions that are about to be given up. */
  #committing: Pending<void> | undefined;
  #joining: Pending<Uint8Array> | undefined;
  /** When the group is joined again after a failure, on the monotonic clock. */
  #resumeAt = -Infinity;

  /** Has not joined. */
  constructor(options: RebalanceOptions) {
    const { parts: { env: { logger }, subscription } } = options;
    this.#options = options;
    this.#handover = new PartitionHandover({ ...options, subscription, logger });
  }

  /** Whether the group has to be joined, or is being joined. */
  isNeeded(): boolean {
    const { member, parts, settings: { groupId }, topics } = this.#options;
    const reason = topics.rejoinReason();
    if (reason !== undefined && !member.needsRejoin) {
      parts.env.logger.write("info", "Request joining group", { groupId, reason });
      member.requestRejoin(reason);
    }
    return member.needsRejoin || this.#joining !== undefined;
  }

  /** How long there is nothing to do, ms; infinite while something is under way that tells when it is done. */
  nextIn(now: number): number {
    const isUnderWay = [this.#refreshing, this.#committing, this.#joining]
      .some((pending) => pending !== undefined && pending.outcome === undefined);
    return isUnderWay ? Infinity : Math.max(0, this.#resumeAt - now);
  }

  /**
   * Goes on as far as it goes without a wait.
   *
   * @returns whether there is nothing left to do
   * @throws {ConsumerError} what the user's listener or assignor throws is its cause
   * @throws what the coordinator says that does not pass
   */
  async advance(): Promise<boolean> {
    const { coordinator, parts: { env: { clock }, subscription } } = this.#options;
    for (;;) {
      if (!coordinator.isKnown) {
        coordinator.seek();
        return false;
      }
      // A listener may have ended the subscription.
      if (!subscription.isAutoAssigned || !this.isNeeded()) return true;
      if (clock.monotonic() < this.#resumeAt) return false;
      if (this.#joining === undefined && !await this.#begin()) return false;
      const outcome = this.#joining?.outcome;
      if (outcome === undefined) return false;
      this.#joining = undefined;
      if ("error" in outcome) this.#takeFailure(outcome.error);
      else await this.#complete(outcome.value);
    }
  }

  /**
   * Gives all partitions up, and whatever is under way.
   *
   * @throws {ConsumerError} what the user's listener throws is its cause
   */
  async abandon(): Promise<void> {
    this.#joining = this.#committing = this.#refreshing = undefined;
    await this.#handover.drop();
  }

  /** Does what comes before joining, and sends the request. Returns whether it is on its way. */
  async #begin(): Promise<boolean> {
    const { member, parts: { client: { closing }, env, onChange, subscription } } = this.#options;
    if (!this.#hasMatched()) return false;
    if (member.needsPrepare) {
      if (!this.#hasCommitted()) return false;
      await this.#handover.prepare();
      if (!subscription.isAutoAssigned) return false;
    }
    this.#refreshing = undefined;
    this.#isLeader = false;
    const work = joinAndSync({
      ...this.#options,
      logger: env.logger,
      protocols: () => this.#protocols(),
      lead: (response) => {
        this.#isLeader = true;
        return sharePartitions({ ...this.#options, logger: env.logger }, response, closing);
      },
    }, closing);
    this.#joining = new Pending(work, onChange);
    return true;
  }

  /** Whether a pattern has been matched against topics as they are now: those who hear of a new topic late would rebalance once more. */
  #hasMatched(): boolean {
    const { client: { closing, metadata, updater }, subscription, onChange } = this.#options.parts;
    if (subscription.pattern === undefined) return true;
    if (this.#refreshing === undefined) {
      updater.request();
      this.#refreshing = new Pending(updater.awaitUpdate(metadata.version, closing), onChange);
    }
    if (this.#refreshing.outcome === undefined) return false;
    this.#options.topics.follow();
    return true;
  }

  /** Whether positions have been committed before partitions are given up. */
  #hasCommitted(): boolean {
    const { autoCommit, parts: { onChange, subscription }, rebalanceProtocol } = this.#options;
    if (autoCommit === undefined || subscription.allConsumed().size === 0) return true;
    if (this.#committing === undefined) {
      // What is still read would be read again by whoever gets the partition.
      if (rebalanceProtocol === "EAGER") {
        subscription.markPendingRevocation(subscription.assignedPartitions());
      }
      this.#committing = new Pending(this.#commitInTime(autoCommit), onChange);
    }
    if (this.#committing.outcome === undefined) return false;
    this.#committing = undefined;
    return true;
  }

  /** The others wait for a member no longer than this. */
  async #commitInTime(autoCommit: AutoCommit): Promise<void> {
    const { parts: { client, env: { clock } }, settings: { rebalanceTimeoutMs } } = this.#options;
    const text = `Timeout of ${rebalanceTimeoutMs}ms expired before offsets were committed`;
    using deadline = new Deadline(clock, rebalanceTimeoutMs, text, client.closing);
    await autoCommit.commitNow(deadline.signal);
  }

  #protocols(): readonly JoinGroupRequestProtocol[] {
    const { assignors, member, parts: { subscription }, settings, topics: known } = this.#options;
    const topics = known.joining();
    const ownedPartitions = subscription.assignedPartitions();
    const { generationId } = member.generation;
    const { rackId, groupInstanceId } = settings;
    return assignors.map((assignor) => ({
      name: assignor.name,
      metadata: encodeSubscription({
        topics,
        userData: assignor.subscriptionUserData?.(topics) ?? null,
        ownedPartitions,
        generationId,
        rackId,
        groupInstanceId,
      }),
    }));
  }

  /** Looks what to do about a join that has failed; throws what does not pass. */
  #takeFailure(error: unknown): void {
    const { member, parts: { env: { clock, logger } }, settings } = this.#options;
    const name = error instanceof KafkaError ? error.code : (error as Error).name;
    // That is how each new member begins.
    if (name === "MEMBER_ID_REQUIRED") return;
    member.requestRejoin(`rebalance failed due to ${name}`);
    logger.write("info", "Rebalance failed", { groupId: settings.groupId, error });
    if (rejoinsAtOnce(error)) return;
    if (!isRetriableFailure(error)) throw error;
    this.#resumeAt = clock.monotonic() + settings.retryBackoffMs;
  }

  async #complete(assignment: Uint8Array): Promise<void> {
    const { autoCommit, member, parts: { env: { clock } }, settings, topics } = this.#options;
    const { generationId, memberId } = member.generation;
    if (isReset(member.generation) || member.phase !== "stable") {
      // A heartbeat, or the user, has ended this generation before it began.
      member.reset("rebalance failed since the generation was given up meanwhile", false);
      return;
    }
    if (!this.#isLeader) topics.sharedElsewhere();
    member.needsPrepare = true;
    autoCommit?.restart(clock.monotonic());
    const { groupId, groupInstanceId } = settings;
    const group: ConsumerGroupMetadata = { groupId, generationId, memberId, groupInstanceId };
    await this.#handover.complete(assignment, group);
  }
}

/**
 * A consumer's membership of a group by the classic protocol (Kafka's `ConsumerCoordinator`).
 *
 * What takes time goes on while the user does something else: finding the coordinator, joining, heartbeats, commits. Polls look at what has
 * become of it; only they, and what a user calls, change the assignment and call listeners.
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { Deadline, withDeadline } from "../../network/deadline.ts";
import { ExponentialBackoff } from "../../network/exponential_backoff.ts";
import { retry } from "../../retry.ts";
import { partitionAssignors, rebalanceProtocol } from "../assignors/assignors.ts";
import type { GroupParts } from "../consumer_core.ts";
import { IllegalConsumerStateError } from "../consumer_errors.ts";
import type { ConsumerGroupMetadata } from "../consumer_group_metadata.ts";
import type { GroupMembership, OffsetCommitCallback } from "../group_membership.ts";
import type { OffsetAndMetadata } from "../offset_and_metadata.ts";
import { AutoCommit } from "./auto_commit.ts";
import { committedOffsets } from "./committed_offsets.ts";
import { GroupCoordinator } from "./group_coordinator.ts";
import { type GroupSettings, groupSettings } from "./group_settings.ts";
import { GroupTopics } from "./group_topics.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Heartbeats } from "./heartbeats.ts";
import { leaveMembership } from "./member_leave.ts";
import { MemberState } from "./member_state.ts";
import { commitOffsets, type Offsets } from "./offset_commit_call.ts";
import { OffsetCommits } from "./offset_commits.ts";
import { Rebalance } from "./rebalance.ts";

/** Joins, stays, commits and leaves. */
export class GroupSession implements GroupMembership {
  readonly #parts: GroupParts;
  readonly #settings: GroupSettings;
  readonly #backoff: ExponentialBackoff;
  readonly #hasAssignors: boolean;
  readonly #member = new MemberState();
  readonly #heartbeat: Heartbeat;
  readonly #heartbeats: Heartbeats;
  readonly #coordinator: GroupCoordinator;
  readonly #topics: GroupTopics;
  readonly #rebalance: Rebalance;
  readonly #commits: OffsetCommits;
  readonly #autoCommit: AutoCommit | undefined;
  #leaving: Promise<void> = Promise.resolve();

  /**
   * Joins when it is polled.
   *
   * @throws {InvalidConfigError} for `partition.assignment.strategy`
   */
  constructor(parts: GroupParts, groupId: string) {
    const { client, env, subscription, onChange } = parts;
    this.#parts = parts;
    const settings = this.#settings = groupSettings(groupId, parts.settings);
    const { config } = parts.settings;
    const strategy = "partition.assignment.strategy";
    const assignors = partitionAssignors(config.thing(strategy) ?? config.list(strategy));
    this.#hasAssignors = assignors.length > 0;
    const { retryBackoffMs, retryBackoffMaxMs, autoCommitIntervalMs: intervalMs } = settings;
    const backoff = this.#backoff = new ExponentialBackoff(
      retryBackoffMs,
      retryBackoffMaxMs,
      env.random,
    );
    const member = this.#member;
    const heartbeat = this.#heartbeat = new Heartbeat({
      intervalMs: settings.heartbeatIntervalMs,
      sessionTimeoutMs: settings.sessionTimeoutMs,
      maxPollIntervalMs: settings.rebalanceTimeoutMs,
      backoff,
    });
    const onFound = () => this.#heartbeats.found();
    const coordinator = this.#coordinator = new GroupCoordinator({
      client,
      env,
      settings,
      onFound,
      onChange,
    });
    const onPollExpired = () => {
      this.#leave("consumer poll timeout has expired.");
      onChange();
    };
    this.#heartbeats = new Heartbeats({
      env,
      settings,
      coordinator,
      member,
      heartbeat,
      onPollExpired,
      onChange,
    });
    const { clock, logger } = env;
    const who = { coordinator, member, subscription, settings, logger };
    const commits = this.#commits = new OffsetCommits({
      clock,
      backoff,
      logger,
      coordinator,
      commitOnce: (offsets, signal) => commitOffsets(who, offsets, signal),
      onCommit: parts.onCommit,
      onChange,
      closing: client.closing,
    });
    const autoCommit = this.#autoCommit = intervalMs === undefined
      ? undefined
      : new AutoCommit({ env, intervalMs, retryBackoffMs, commits, subscription });
    const topics = this.#topics = new GroupTopics({ client, subscription, settings });
    this.#rebalance = new Rebalance({
      parts,
      settings,
      assignors,
      rebalanceProtocol: rebalanceProtocol(assignors),
      coordinator,
      member,
      topics,
      autoCommit,
      onJoined: () => this.#heartbeats.joined(),
    });
  }

  get metadata(): ConsumerGroupMetadata {
    const { groupId, groupInstanceId } = this.#settings;
    const { generationId, memberId } = this.#member.generation;
    return { groupId, generationId, memberId, groupInstanceId };
  }

  async ensureActive(): Promise<boolean> {
    const { env: { clock }, subscription } = this.#parts;
    this.#topics.follow();
    this.#commits.deliver();
    if (subscription.isAutoAssigned) {
      if (!this.#hasAssignors) throw noAssignors();
      const failure = this.#heartbeats.takeFailure() ?? this.#coordinator.takeFailure();
      if (failure !== undefined) throw failure;
      if (!await this.#rebalance.advance()) return false;
    }
    this.#autoCommit?.maybeCommit(clock.monotonic());
    return true;
  }

  timeToNextPoll(now: number): number {
    if (this.#topics.isBehind || this.#commits.hasCompleted) return 0;
    const commitMs = this.#autoCommit?.nextIn(now) ?? Infinity;
    if (!this.#parts.subscription.isAutoAssigned) return commitMs;
    const coordinator = this.#coordinator;
    if (this.#heartbeats.hasFailed || coordinator.hasFailed) return 0;
    if (!coordinator.isKnown) return coordinator.isSought ? Infinity : 0;
    return this.#rebalance.isNeeded() ? this.#rebalance.nextIn(now) : commitMs;
  }

  pollHappened(now: number): void {
    this.#heartbeat.polled(now);
  }

  maybeAutoCommit(): void {
    this.#autoCommit?.maybeCommit(this.#parts.env.clock.monotonic());
  }

  async commit(offsets: Offsets, signal: AbortSignal): Promise<void> {
    await this.#commits.commit(offsets, signal);
  }

  commitAsync(offsets: Offsets, callback?: OffsetCommitCallback): void {
    void this.#commits.commitAsync(offsets, callback);
  }

  async fetchCommitted(
    partitions: readonly TopicPartition[],
    signal: AbortSignal,
  ): Promise<TopicPartitionMap<OffsetAndMetadata | null>> {
    const { env: { clock, logger } } = this.#parts;
    const coordinator = this.#coordinator;
    const options = { coordinator, groupId: this.#settings.groupId, logger };
    return await retry(async (signal) => {
      await coordinator.ensureKnown(signal);
      return await committedOffsets(options, partitions, signal);
    }, { clock, backoff: this.#backoff, signal });
  }

  async leave(reason: string): Promise<void> {
    try {
      await this.#rebalance.abandon();
    } finally {
      this.#leave(reason);
      this.#topics.reset();
    }
  }

  enforceRebalance(reason: string): void {
    this.#member.requestRejoin(reason);
    this.#parts.onChange();
  }

  async close({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const { clock } = this.#parts.env;
    using deadline = new Deadline(clock, timeoutMs, "Closing takes too long");
    const { signal } = deadline;
    try {
      await this.#autoCommit?.commitNow(signal);
      await this.#commits.settle(signal).catch((error) => {
        if (!signal.aborted) throw error;
      });
    } finally {
      this.#heartbeats.stop();
      try {
        await this.leave("the consumer is being closed");
      } finally {
        await withDeadline(this.#leaving, signal).catch(() => {});
      }
    }
  }

  #leave(reason: string): void {
    this.#leaving = leaveMembership({
      coordinator: this.#coordinator,
      member: this.#member,
      settings: this.#settings,
      logger: this.#parts.env.logger,
    }, reason);
  }
}

function noAssignors(): IllegalConsumerStateError {
  return new IllegalConsumerStateError(
    "User configured partition.assignment.strategy to empty while trying to subscribe for group " +
      "protocol to auto assign partitions",
  );
}

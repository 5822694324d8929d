/** A coordinator's context of a partition, over ledgers, and short ways to use it. */

import { assert } from "@std/assert";
import {
  CoordinatorContext,
  type CoordinatorContextOptions,
} from "../../cluster/coordinator/coordinator_context.ts";
import type { Output, Reply } from "../../cluster/coordinator/coordinator_shard.ts";
import { CoordinatorTimers } from "../../cluster/coordinator/coordinator_timers.ts";
import { PartitionWriter } from "../../cluster/coordinator/partition_writer.ts";
import type { AssignedPartition } from "../../cluster/replication/metadata_view.ts";
import type { Partition } from "../../cluster/replication/partition.ts";
import type { FileSystem } from "../../storage/file/file_system.ts";
import { type LedgerEffect, type LedgerRecord, ledgerSerde, LedgerShard } from "./ledger_shard.ts";
import { type ManualEnv, manualEnv } from "./manual_env.ts";
import { assigned, BROKER, BROKER_EPOCH, openReplicas } from "./replicas.ts";

/** A context over a ledger. */
export type LedgerContext = CoordinatorContext<LedgerShard, LedgerRecord, LedgerEffect>;
/** What an operation on it puts out. */
export type LedgerOutput = Output<LedgerRecord, LedgerEffect>;

/** The broker that follows. */
export const FOLLOWER = 2;
/** An account that no log takes. */
export const HUGE = "x".repeat(2_000_000);

/** A context of a partition, not loaded yet. */
export async function openContext(
  options: {
    readonly env?: ManualEnv<FileSystem>;
    readonly partition?: Partial<AssignedPartition>;
    readonly more?: Partial<CoordinatorContextOptions<LedgerRecord, LedgerEffect>>;
  } = {},
) {
  const env: ManualEnv<FileSystem> = options.env ?? manualEnv();
  const replicas = await openReplicas({ env, topics: { t: [assigned(options.partition)] } });
  const partition = replicas.replicaManager.getPartition("t", 0) as Partition;
  const timers = new CoordinatorTimers(
    env.clock,
    (owner, key) => (owner as LedgerContext).timerExpired(key),
  );
  const effects: string[] = [];
  const closed: LedgerContext[] = [];
  const open = (shard = new LedgerShard(0, 3)): LedgerContext => {
    const context: LedgerContext = new CoordinatorContext(
      { index: 0, epoch: 3, partition },
      shard,
      {
        env,
        topic: "t",
        serde: ledgerSerde,
        writer: new PartitionWriter(ledgerSerde, () => ({ type: "none" }), () => {}),
        timers,
        perform: (effect) => void effects.push(effect),
        loadBufferBytes: () => 1 << 20,
        appendTimeoutMs: () => 5000,
        ...options.more,
      },
      () => closed.push(context),
    );
    return context;
  };
  return {
    env,
    replicas,
    partition,
    timers,
    effects,
    closed,
    open,
    /** A follower fetches what is at `offset`, by default what is next. */
    fetch: (offset = partition.log!.logEndOffset) =>
      partition.updateFollowerFetchState(FOLLOWER, {
        fetchOffset: offset,
        logStartOffset: 0,
        leaderEndOffset: partition.log!.logEndOffset,
        brokerEpoch: BROKER_EPOCH,
        timeMs: env.clock.now(),
      }),
    async [Symbol.asyncDispose]() {
      timers.close();
      await replicas[Symbol.asyncDispose]();
    },
  };
}

/** A partition that a follower has, too: nothing is committed before that fetches. */
export const FOLLOWED: Partial<AssignedPartition> = { replicas: [BROKER, FOLLOWER] };

/** Puts a sum, rings if there is something to ring for, and answers with the sum before. */
export const put =
  (account: string, sum: number, effect?: string) =>
  (shard: LedgerShard, reply: Reply<number | undefined>, out: LedgerOutput): void => {
    out.append({ account, sum });
    if (effect !== undefined) out.effects.push(effect);
    out.answer(reply, shard.sums.get(account));
  };

/** Answers with a sum. */
export const get =
  (account: string) =>
  (shard: LedgerShard, reply: Reply<number | undefined>, out: LedgerOutput): void =>
    out.answer(reply, shard.sums.get(account));

/** Notes when an answer has come. */
export function noteAnswer(answers: string[], name: string, answer: unknown): void {
  assert(answer instanceof Promise);
  void answer.then(() => answers.push(name), () => answers.push(`${name} refused`));
}

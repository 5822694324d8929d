/**
 * What an active controller looks after by itself.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { fenceStaleBroker } from "./broker_heartbeat.ts";
import type { BrokerHeartbeats } from "./broker_heartbeats.ts";
import type { ControllerContext, Decision } from "./decision.ts";
import { balanceLeaders, electUncleanLeaders } from "./leader_balance.ts";
import type { MetadataImage } from "./metadata_image.ts";
import { metadataRecord } from "./metadata_records.ts";

/** How often the controller looks. */
export interface ControllerIntervals {
  /** `broker.session.timeout.ms`. */
  readonly brokerSessionTimeoutMs: () => number;
  /** `leader.imbalance.check.interval.seconds`, in ms; `undefined` without `auto.leader.rebalance.enable`. */
  readonly leaderImbalanceCheckMs: () => number | undefined;
  /** `unclean.leader.election.interval.ms`. */
  readonly uncleanElectionMs: () => number;
  /** `metadata.max.idle.interval.ms`; `undefined` where no no-op records are wanted. */
  readonly noOpRecordMs: () => number | undefined;
}

/** What {@linkcode PeriodicTasks} are made of. */
export interface PeriodicTasksOptions {
  /** The world. */
  readonly env: Pick<Env, "clock" | "logger">;
  /** How often. */
  readonly intervals: ControllerIntervals;
  /** What was heard of brokers. */
  readonly heartbeats: BrokerHeartbeats;
  /** The metadata that is decided on. */
  readonly image: () => MetadataImage;
  /** Has it decided; the answer is whether there may be more to do. */
  readonly submit: (decide: (context: ControllerContext) => Decision<boolean>) => Promise<boolean>;
}

interface PeriodicTask {
  readonly name: string;
  /** In how many ms it is time; `undefined` while there is nothing to look after. */
  readonly dueInMs: () => number | undefined;
  readonly decide: (context: ControllerContext) => Decision<boolean>;
  waiting: boolean;
}

/**
 * Has stale brokers fenced, preferred replicas lead again, partitions led at all where that may be unclean, and the metadata log go on while
 * nothing happens (Kafka's `PeriodicTaskControlManager`). It waits only while there is something to look after.
 */
export class PeriodicTasks {
  readonly #options: PeriodicTasksOptions;
  readonly #tasks: readonly PeriodicTask[];
  #ended: AbortController | undefined;

  /** Looks after nothing before {@linkcode PeriodicTasks.begin}. */
  constructor(options: PeriodicTasksOptions) {
    this.#options = options;
    const { intervals, heartbeats, image } = options;
    this.#tasks = [
      {
        name: "maybeFenceStaleBroker",
        dueInMs: () => heartbeats.nextExpiryMs(),
        decide: fenceStaleBroker,
        waiting: false,
      },
      {
        name: "electPreferred",
        dueInMs: () =>
          image().topics.index.imbalanced.isEmpty ? undefined : intervals.leaderImbalanceCheckMs(),
        decide: balanceLeaders,
        waiting: false,
      },
      {
        name: "electUnclean",
        dueInMs: () =>
          image().topics.index.leaderless.isEmpty ? undefined : intervals.uncleanElectionMs(),
        decide: electUncleanLeaders,
        waiting: false,
      },
      {
        name: "writeNoOpRecord",
        dueInMs: () => intervals.noOpRecordMs(),
        decide: () => ({ records: [metadataRecord("NoOpRecord", 0, {})], response: false }),
        waiting: false,
      },
    ];
  }

  /** The controller is active from here on. */
  begin(): void {
    this.#ended = new AbortController();
    this.check();
  }

  /** The controller is not active any more. */
  end(): void {
    this.#ended?.abort();
    this.#ended = undefined;
    for (const task of this.#tasks) task.waiting = false;
  }

  /** Something has changed: there may be something to look after now. */
  check(): void {
    const { signal } = this.#ended ?? {};
    if (signal === undefined) return;
    for (const task of this.#tasks) {
      const dueInMs = task.waiting ? undefined : task.dueInMs();
      if (dueInMs === undefined) continue;
      task.waiting = true;
      void this.#run(task, dueInMs, signal);
    }
  }

  /** A session ends earlier than was known. */
  fenceAfter(dueInMs: number): void {
    const { signal } = this.#ended ?? {};
    // Beside the wait for the session that ends next by the usual rule.
    if (signal !== undefined) void this.#run({ ...this.#tasks[0]! }, dueInMs, signal);
  }

  async #run(task: PeriodicTask, dueInMs: number, signal: AbortSignal): Promise<void> {
    const { env: { clock, logger }, submit } = this.#options;
    try {
      await clock.sleep(dueInMs, signal);
      while (await submit(task.decide)) if (signal.aborted) return;
    } catch (error) {
      if (signal.aborted) return;
      logger.write("error", "A periodic task of the controller failed", { task: task.name, error });
    }
    if (signal.aborted) return;
    task.waiting = false;
    this.check();
  }
}

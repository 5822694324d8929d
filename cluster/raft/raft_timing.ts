/**
 * What time does to the metadata log: the replica is polled when it wants to be, and the log is cleaned.
 *
 * @module
 */

import { LogCleaning } from "./log_cleaning.ts";
import { RaftAlarm } from "./raft_alarm.ts";
import type { RaftParts } from "./raft_open.ts";
import type { RaftSteps } from "./raft_steps.ts";

/** The timing of one metadata log. */
export class RaftTiming {
  readonly #parts: RaftParts;
  readonly #steps: Pick<RaftSteps, "isStopped" | "leaderLog" | "tryStep">;
  readonly #cleaning: LogCleaning;
  readonly #alarm: RaftAlarm;

  /** Time does not pass yet. */
  constructor(parts: RaftParts, steps: Pick<RaftSteps, "isStopped" | "leaderLog" | "tryStep">) {
    const { env: { clock, logger }, log, node } = parts;
    this.#parts = parts;
    this.#steps = steps;
    this.#cleaning = new LogCleaning(log, logger);
    const due = () => Math.min(this.#cleaning.nextDueMs, node.nextPollAt ?? Infinity);
    this.#alarm = new RaftAlarm(clock, due, (now) => this.#onTime(now));
  }

  /** Begins. */
  start(): void {
    this.#cleaning.start(this.#parts.env.clock.now());
    this.#alarm.start();
  }

  /** The replica may want to be polled earlier than was known. */
  changed(): void {
    this.#alarm.changed();
  }

  /** Stops; resolves when nothing is being done any more. */
  async stop(): Promise<void> {
    await this.#alarm.stop();
  }

  #onTime(now: number): void {
    const steps = this.#steps;
    if (steps.isStopped) return;
    this.#cleaning.run(now);
    steps.tryStep({ type: "poll" });
    // A leader that could not write its first record leads nothing.
    const isLed = steps.leaderLog.appends !== undefined;
    if (this.#parts.node.leader !== undefined && !isLed) steps.tryStep({ type: "resign" });
  }
}

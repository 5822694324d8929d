/**
 * When the metadata is written into a snapshot.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";

/** What a {@linkcode SnapshotSchedule} goes by. */
export interface SnapshotScheduleOptions {
  /** The world. */
  readonly env: Pick<Env, "clock">;
  /** `metadata.log.max.record.bytes.between.snapshots`. */
  readonly maxBytes: () => number;
  /** `metadata.log.max.snapshot.interval.ms`; 0 for never. */
  readonly maxIntervalMs: () => number;
  /** Begins to write a snapshot; `undefined` when it is no time for one. */
  readonly write: () => Promise<void> | undefined;
}

/**
 * Has a snapshot written when enough was committed since the last one, or when something was and the last one is old (Kafka's
 * `SnapshotGenerator`). One at a time.
 */
export class SnapshotSchedule {
  readonly #options: SnapshotScheduleOptions;
  #bytes = 0;
  #lastAt: number;
  #writing: Promise<void> | undefined;
  #timer: AbortController | undefined;
  #isShutDown = false;

  /** The first interval begins now. */
  constructor(options: SnapshotScheduleOptions) {
    this.#options = options;
    this.#lastAt = options.env.clock.now();
  }

  /** Records of so many bytes were committed. */
  committed(bytes: number): void {
    this.#bytes += bytes;
    this.#check();
  }

  /** A snapshot was loaded: all that is committed is in it. */
  reset(): void {
    this.#bytes = 0;
  }

  /** Begins no more, and resolves when none is being written. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    this.#timer?.abort();
    await this.#writing;
  }

  #check(): void {
    if (this.#bytes === 0 || this.#writing !== undefined || this.#isShutDown) return;
    const { env: { clock }, maxBytes, maxIntervalMs, write } = this.#options;
    const interval = maxIntervalMs();
    const age = clock.now() - this.#lastAt;
    const isOld = interval > 0 && age >= interval;
    if (!isOld && interval > 0) this.#wakeAfter(interval - age);
    if (!isOld && this.#bytes < maxBytes()) return;
    const bytes = this.#bytes;
    this.#bytes = 0;
    const writing = write();
    if (writing === undefined) {
      this.#bytes = bytes;
      return;
    }
    this.#lastAt = clock.now();
    this.#writing = writing.finally(() => {
      this.#writing = undefined;
      this.#check();
    });
  }

  /** Looks again by then, for nothing may be committed until then. */
  #wakeAfter(ms: number): void {
    if (this.#timer !== undefined) return;
    const timer = this.#timer = new AbortController();
    const again = () => {
      this.#timer = undefined;
      this.#check();
    };
    this.#options.env.clock.sleep(ms, timer.signal).then(again, () => {});
  }
}

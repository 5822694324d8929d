/**
 * How many records went how quickly, as `seglog producer-perf-test` tells it.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import { fixedText } from "./java_format.ts";

/** Of more records than these, latencies are sampled. */
const MOST_LATENCIES = 500_000;
const BYTES_PER_MB = 1024 * 1024;

/** What is counted. */
export interface ProducerPerfStatsOptions {
  /** The time. */
  readonly clock: Clock;
  /** Records that will come. */
  readonly numRecords: number;
  /** How often it tells how it goes, ms. */
  readonly reportingInterval: number;
  /** Whether these are the records behind those that warm up. */
  readonly isSteadyState: boolean;
  /** Takes a line on how it goes. */
  readonly print: (line: string) => void;
}

/** Counts records that are written. */
export class ProducerPerfStats {
  /** Whether it no longer tells how it goes. */
  isSilent = false;
  readonly #options: ProducerPerfStatsOptions;
  readonly #startMs: number;
  readonly #sampling: number;
  readonly #latencies: Int32Array;
  #samples = 0;
  #count = 0;
  #bytes = 0;
  #totalLatency = 0;
  #maxLatency = 0;
  #windowStartMs: number;
  #windowCount = 0;
  #windowBytes = 0;
  #windowTotalLatency = 0;
  #windowMaxLatency = 0;

  /** The time counts from now. */
  constructor(options: ProducerPerfStatsOptions) {
    this.#options = options;
    const { numRecords } = options;
    this.#startMs = this.#windowStartMs = options.clock.now();
    this.#sampling = Math.floor(numRecords / Math.min(numRecords, MOST_LATENCIES));
    this.#latencies = new Int32Array(Math.floor(numRecords / this.#sampling) + 1);
  }

  /**
   * A record is written.
   *
   * @param latency how long it took, ms
   * @param bytes of its value
   * @param now wall-clock time, ms
   */
  record(latency: number, bytes: number, now: number): void {
    if (this.#count % this.#sampling === 0) this.#latencies[this.#samples++] = latency;
    this.#count++;
    this.#bytes += bytes;
    this.#totalLatency += latency;
    if (latency > this.#maxLatency) this.#maxLatency = latency;
    this.#windowCount++;
    this.#windowBytes += bytes;
    this.#windowTotalLatency += latency;
    if (latency > this.#windowMaxLatency) this.#windowMaxLatency = latency;
    if (now - this.#windowStartMs >= this.#options.reportingInterval) this.#endWindow();
  }

  #endWindow(): void {
    const { isSteadyState, clock, print } = this.#options;
    if (isSteadyState && this.#count === this.#windowCount) print("In steady state.");
    const now = clock.now();
    if (!this.isSilent) {
      const count = this.#windowCount;
      const rates = this.#rates(count, this.#windowBytes, now - this.#windowStartMs, 1);
      const average = fixedText(this.#windowTotalLatency / count, 1);
      const max = fixedText(this.#windowMaxLatency, 1);
      print(`${count} records sent, ${rates}, ${average} ms avg latency, ${max} ms max latency.`);
    }
    this.#windowStartMs = now;
    this.#windowCount = this.#windowBytes = 0;
    this.#windowTotalLatency = this.#windowMaxLatency = 0;
  }

  /** The line about all of them. */
  total(): string {
    const count = this.#count;
    const elapsed = this.#options.clock.now() - this.#startMs;
    const what = this.#options.isSteadyState ? " steady state records" : " records";
    const figures = [
      `${count}${what} sent`,
      this.#rates(count, this.#bytes, elapsed, 6),
      `${fixedText(this.#totalLatency / count, 2)} ms avg latency`,
      `${fixedText(this.#maxLatency, 2)} ms max latency`,
      ...this.#percentiles([50, 95, 99, 99.9]),
    ];
    return `${figures.join(", ")}.`;
  }

  #rates(count: number, bytes: number, elapsedMs: number, places: number): string {
    const records = fixedText(1000 * count / elapsedMs, places);
    const megabytes = fixedText(1000 * bytes / elapsedMs / BYTES_PER_MB, 2);
    return `${records} records/sec (${megabytes} MB/sec)`;
  }

  #percentiles(percents: readonly number[]): string[] {
    const latencies = this.#latencies.subarray(0, this.#samples).sort();
    return percents.map((percent) => {
      const index = Math.trunc(percent / 100 * latencies.length);
      return `${latencies[index] ?? 0} ms ${percent}th`;
    });
  }
}

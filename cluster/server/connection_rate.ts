/**
 * How quickly connections come, measured as Kafka measures rates.
 *
 * @module
 */

/** Span of a sample, ms (`quota.window.size.seconds`). */
const SAMPLE_MS = 1000;
/** Samples that are looked at (`quota.window.num`). */
const SAMPLES = 11;
/** Longest that one connection is held back, ms. */
const MAX_DELAY_MS = SAMPLE_MS;

interface Sample {
  readonly start: number;
  count: number;
}

/**
 * Counts events in samples of a second, of which the last eleven make the rate. A time that is not over yet counts as if it had been quiet before, so
 * after a pause ten seconds' worth may come at once.
 */
export class ConnectionRate {
  #samples: Sample[] = [];

  /** Notes an event at `now`, ms. Returns how long to wait, ms, for the rate to be `limit` a second again; 0 while it is not above. */
  record(limit: number, now: number): number {
    this.#samples = this.#samples.filter(({ start }) => now - start < SAMPLES * SAMPLE_MS);
    const last = this.#samples.at(-1);
    if (last === undefined || now - last.start >= SAMPLE_MS) {
      this.#samples.push({ start: now, count: 1 });
    } else last.count++;
    const count = this.#samples.reduce((sum, sample) => sum + sample.count, 0);
    const span = spanOf(now - this.#samples[0]!.start);
    const rate = count * 1000 / span;
    if (rate <= limit) return 0;
    return limit <= 0
      ? MAX_DELAY_MS
      : Math.min(MAX_DELAY_MS, Math.round((rate - limit) / limit * span));
  }
}

/** Time that a rate is taken over: all samples but one count whole, whether or not they are over. */
function spanOf(elapsed: number): number {
  const missing = Math.max(0, SAMPLES - 1 - Math.floor(elapsed / SAMPLE_MS));
  return Math.max(1, elapsed + missing * SAMPLE_MS);
}

/**
 * The ways between brokers, their controller and clients: requests take their time, get lost, and whole ways are cut, so that nothing comes
 * through and nobody is told. Everything comes from a seed.
 */

import type { Clock } from "../../storage/env.ts";
import type { SeededRandom } from "../support/manual_env.ts";

/** Somebody who asks and answers, until his death. */
export interface Life {
  readonly id: number;
  readonly death: AbortSignal;
  /** A clock that wakes nobody who is dead. */
  readonly clock: Clock;
}

/** Ms that a request, or an answer, takes at most. */
const MAX_DELAY_MS = 4;
/** After how many ms without an answer somebody gives up. */
const TIMEOUT_MS = 1500;

/** See the file's comment. */
export class ReplicaNetwork {
  readonly #random: SeededRandom;
  readonly #cut = new Set<string>();
  /** How many of the requests and answers are lost. */
  lossRate = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Cuts the way between two, or mends it. */
  setCut(a: number, b: number, isCut: boolean): void {
    if (isCut) this.#cut.add(way(a, b));
    else this.#cut.delete(way(a, b));
  }

  /** All ways are there, and nothing is lost. */
  mend(): void {
    this.#cut.clear();
    this.lossRate = 0;
  }

  /**
   * Asks somebody.
   *
   * @param to whoever lives there by the time that the request arrives
   * @throws when there is no answer
   */
  async call<T>(
    from: Life,
    toId: number,
    to: () => Life | undefined,
    answer: () => T | Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return await until(this.#exchange(from, toId, to, answer), signal);
  }

  async #exchange<T>(
    from: Life,
    toId: number,
    to: () => Life | undefined,
    answer: () => T | Promise<T>,
  ): Promise<T> {
    await this.#pass(from, toId);
    const there = to();
    if (there === undefined || there.death.aborted) throw new Error(`${toId} is not there`);
    const answered = await until(Promise.resolve(answer()), there.death);
    await this.#pass(from, toId);
    return answered;
  }

  async #pass(from: Life, toId: number): Promise<void> {
    await from.clock.sleep(this.#random.next() * MAX_DELAY_MS);
    const isLost = this.#random.chance(this.lossRate);
    if (!isLost && !this.#cut.has(way(from.id, toId))) return;
    await from.clock.sleep(TIMEOUT_MS);
    throw new Error(`No answer from ${toId}`);
  }
}

function way(a: number, b: number): string {
  return a < b ? `${a}-${b}` : `${b}-${a}`;
}

/** What somebody waits for, unless a signal ends that. */
function until<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error("The connection is gone"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

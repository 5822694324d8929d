/**
 * The reply to a request that somebody waits for.
 *
 * @module
 */

import type { KafkaError } from "../../client/protocol/error_codes.ts";
import { coordinatorFailure } from "./coordinator_errors.ts";
import { type CoordinatorAnswer, Reply } from "./coordinator_shard.ts";

/** A reply that keeps its answer for whoever asks. There is no promise unless the answer comes later than the question. */
export class PendingReply<R> extends Reply<R> {
  #settled: { readonly response: R } | { readonly failure: KafkaError } | undefined;
  #waiting: PromiseWithResolvers<R> | undefined;

  /**
   * The answer, or a promise of it.
   *
   * @throws {KafkaError} when the request has been refused
   */
  get(): R | Promise<R> {
    const settled = this.#settled;
    if (settled === undefined) return (this.#waiting ??= Promise.withResolvers<R>()).promise;
    if ("failure" in settled) throw settled.failure;
    return settled.response;
  }

  /** Takes an answer; only the first one counts. */
  settle(answer: CoordinatorAnswer): void {
    if (this.#settled !== undefined) return;
    if ("error" in answer) {
      const failure = coordinatorFailure(answer.error, answer.message);
      this.#settled = { failure };
      this.#waiting?.reject(failure);
    } else {
      const response = answer.response as R;
      this.#settled = { response };
      this.#waiting?.resolve(response);
    }
  }
}

/** Gives answers to those who wait for them. */
export function giveAnswers(answers: readonly CoordinatorAnswer[]): void {
  for (const answer of answers) {
    if (answer.reply instanceof PendingReply) answer.reply.settle(answer);
  }
}

/**
 * Changes of topics that a quota holds back (KIP-599): they are tried again when the broker says that they may be.
 *
 * @module
 */

import { errorMessage, KafkaError } from "../protocol/error_codes.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import { apiError, unexpectedAnswer } from "./api_error.ts";
import type { CallTime } from "./call_time.ts";
import { outcomesOf } from "./outcome_call.ts";

/** Options of calls that a quota may hold back. */
export interface QuotaOptions extends CallOptions {
  /** Whether what a quota holds back is tried again while there is time. Default: true. */
  readonly retryOnQuotaViolation?: boolean;
}

/** A quota holds a change back. */
export class ThrottlingQuotaExceededError extends KafkaError {
  /** How long to wait before trying again, ms. */
  readonly throttleTimeMs: number;

  /** Tells how long. */
  constructor(throttleTimeMs: number, message: string, options?: ErrorOptions) {
    super("THROTTLING_QUOTA_EXCEEDED", message, options);
    this.throttleTimeMs = throttleTimeMs;
  }
}

/** What an answer tells of one key. */
export interface KeyAnswer<K, V> {
  /** The key. */
  readonly key: K;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** The broker's text for it. */
  readonly errorMessage: string | null;
  /** The value when there is no error. */
  readonly value: () => V;
}

/** An answer about several keys. */
export interface KeyAnswers<K, V> {
  /** How long a quota asks to wait, ms. */
  readonly throttleTimeMs: number;
  /** One for each key. */
  readonly answers: readonly KeyAnswer<K, V>[];
}

/**
 * Runs a call about several keys, and again for those that a quota holds back.
 *
 * @param ask asks about keys
 */
export async function quotaCall<K, V>(
  context: AdminContext,
  textOf: (key: K) => string,
  keys: Iterable<K>,
  options: QuotaOptions,
  ask: (time: CallTime, keys: readonly K[]) => Promise<KeyAnswers<K, V>>,
): Promise<AdminResults<K, V>> {
  const { retryOnQuotaViolation = true } = options;
  const { backoff, env: { clock } } = context;
  return await outcomesOf<K, V>(context, textOf, keys, options, async (time, outcomes) => {
    let refused: [K, ThrottlingQuotaExceededError][] = [];
    let refusedAt = clock.monotonic();
    try {
      for (let attempts = 0;; attempts++) {
        const { throttleTimeMs, answers } = await ask(time, outcomes.left);
        refused = [];
        refusedAt = clock.monotonic();
        for (const { key, errorCode, errorMessage: text, value } of answers) {
          const error = apiError(errorCode, text);
          if (error === undefined) outcomes.complete(key, value());
          else if (error.code !== "THROTTLING_QUOTA_EXCEEDED") outcomes.fail(key, error);
          else {
            const message = text ?? errorMessage(error.code)!;
            const refusal = new ThrottlingQuotaExceededError(throttleTimeMs, message);
            if (retryOnQuotaViolation) refused.push([key, refusal]);
            else outcomes.fail(key, refusal);
          }
        }
        if (refused.length === 0) break;
        const waitMs = Math.max(throttleTimeMs, backoff.after(attempts));
        await time.sleep(waitMs, "quota violation");
      }
    } catch (error) {
      time.throwIfAborted();
      if (!(error instanceof KafkaError && error.code === "REQUEST_TIMED_OUT")) throw error;
      // Who runs out of time is told of the quota, and how long it still holds.
      const passedMs = clock.monotonic() - refusedAt;
      for (const [key, { throttleTimeMs, message }] of refused) {
        const leftMs = Math.max(0, Math.floor(throttleTimeMs - passedMs));
        outcomes.fail(key, new ThrottlingQuotaExceededError(leftMs, message, { cause: error }));
      }
      throw error;
    }
    outcomes.failRest((key) =>
      unexpectedAnswer(`The controller response did not contain a result for topic ${textOf(key)}`)
    );
  });
}

/** @throws {KafkaError} when an answer says of any key that the node is not the controller, so that the whole is asked again elsewhere */
export function throwIfNotController(
  context: AdminContext,
  errors: readonly { readonly errorCode: number }[],
): void {
  const codes = errors.map(({ errorCode }) => apiError(errorCode)?.code);
  if (codes.includes("NOT_CONTROLLER")) throw new KafkaError("NOT_CONTROLLER");
  if (context.settings.usesControllers && codes.includes("NOT_LEADER_OR_FOLLOWER")) {
    throw new KafkaError("NOT_LEADER_OR_FOLLOWER");
  }
}

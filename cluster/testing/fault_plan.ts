/**
 * What is to go wrong with requests.
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import { isErrorName } from "../../client/protocol/error_codes.ts";
import {
  type ReceivedRequest,
  type RequestFilter,
  type RequestPredicate,
  requestPredicate,
} from "./received_request.ts";

/** Which requests go wrong, and how many of them. */
export interface FaultFilter extends RequestFilter {
  /** How many requests; `Infinity` for all until {@linkcode Fault.cancel}. Default: 1. */
  readonly times?: number;
}

/** When a connection is dropped. */
export interface DropFilter extends FaultFilter {
  /** Whether the request is handled before: `after` loses the answer alone. Default: `before`. */
  readonly when?: "before" | "after";
}

/** A fault that was ordered. */
export interface Fault {
  /** How many requests it has met. */
  readonly hits: number;
  /** Takes the order back. */
  cancel(): void;
}

/** What becomes of a request. */
export interface FaultDecision {
  /** Waits, in ms or for what a test resolves, before anything else. */
  readonly delays: readonly (number | Promise<unknown>)[];
  /** Then the request is handled, answered with an error, or its connection ends. */
  readonly outcome: "handle" | "drop" | "drop-after" | { readonly error: ErrorName };
}

interface Ordered {
  readonly matches: RequestPredicate;
  readonly delay?: number | Promise<unknown>;
  readonly outcome?: Exclude<FaultDecision["outcome"], "handle">;
  left: number;
  hits: number;
}

/**
 * The faults that a test has ordered. They apply in the order they were ordered in: of those that end a request, the first that is
 * left; of delays, all.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { FaultPlan } from "@seglog/seglog/testing";
 *
 * const faults = new FaultPlan();
 * const fault = faults.answer("NOT_LEADER_OR_FOLLOWER", { api: "Produce", topic: "orders", times: 2 });
 * assertEquals(fault.hits, 0);
 * ```
 */
export class FaultPlan {
  #ordered: Ordered[] = [];

  /**
   * Answers requests with an error: the whole request is refused, and nothing of it happens. Where a client wants no answer, as a producer
   * with acks=0, its connection ends instead, as a broker does it.
   *
   * @throws {RangeError} for an error or an API that there is not
   */
  answer(error: ErrorName, filter: FaultFilter = {}): Fault {
    if (!isErrorName(error) || error === "NONE") throw new RangeError(`Not an error: ${error}`);
    return this.#order(filter, { outcome: { error } });
  }

  /**
   * Holds requests back before they are handled. Requests of the same connection wait as well, as a broker handles one at a time.
   *
   * @param by how long in ms, or a promise that lets them go on
   * @throws {RangeError} for a time that is none, or an API that there is not
   */
  delay(by: number | Promise<unknown>, filter: FaultFilter = {}): Fault {
    if (typeof by === "number" && !(by >= 0)) throw new RangeError(`Not a time: ${by}`);
    return this.#order(filter, { delay: by });
  }

  /**
   * Ends the connection of requests without an answer.
   *
   * @throws {RangeError} for an API that there is not
   */
  drop(filter: DropFilter = {}): Fault {
    return this.#order(filter, { outcome: filter.when === "after" ? "drop-after" : "drop" });
  }

  /** Takes all orders back. */
  clear(): void {
    this.#ordered = [];
  }

  /** Decides on a request, which counts for the faults that it meets. */
  decide(request: ReceivedRequest): FaultDecision {
    const met: Ordered[] = [];
    let ending: Ordered | undefined;
    for (const fault of this.#ordered) {
      if (fault.outcome !== undefined && ending !== undefined) continue;
      if (!fault.matches(request)) continue;
      met.push(fault);
      if (fault.outcome !== undefined) ending = fault;
    }
    for (const fault of met) {
      fault.hits++;
      fault.left--;
    }
    if (met.length > 0) this.#ordered = this.#ordered.filter(({ left }) => left > 0);
    return {
      delays: met.flatMap(({ delay }) => delay ?? []),
      outcome: ending?.outcome ?? "handle",
    };
  }

  #order(filter: FaultFilter, effect: Pick<Ordered, "delay" | "outcome">): Fault {
    const { times = 1 } = filter;
    if (times !== Infinity && !(Number.isInteger(times) && times > 0)) {
      throw new RangeError(`Not a number of times: ${times}`);
    }
    const ordered: Ordered = { matches: requestPredicate(filter), ...effect, left: times, hits: 0 };
    this.#ordered.push(ordered);
    return {
      get hits(): number {
        return ordered.hits;
      },
      cancel: () => {
        this.#ordered = this.#ordered.filter((other) => other !== ordered);
      },
    };
  }
}

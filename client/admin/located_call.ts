/**
 * Calls about things that live on different nodes: partitions on their leaders, groups and transactions on their coordinators. First the nodes
 * are looked up, then each is asked; things that have moved are looked up again (Kafka's `AdminApiDriver`).
 *
 * @module
 */

import { isDisconnect } from "./admin_call.ts";
import type { AdminContext, Destination } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults, Outcomes } from "./admin_results.ts";
import { apiKeyName, asError } from "./api_error.ts";
import type { CallTime } from "./call_time.ts";
import { outcomesOf } from "./outcome_call.ts";

/** Where things are. What is in neither list is looked up again. */
export interface Places<K> {
  /** Keys with the ids of their nodes. */
  readonly found: readonly (readonly [key: K, nodeId: number])[];
  /** Keys that cannot be found. */
  readonly failed: readonly (readonly [key: K, error: Error])[];
}

/** What a node says. What is in no list is asked again, of the same node. */
export interface NodeAnswer<K, V> {
  /** Keys with their values. */
  readonly completed?: readonly (readonly [key: K, value: V])[];
  /** Keys that have failed. */
  readonly failed?: readonly (readonly [key: K, error: Error])[];
  /** Keys that live elsewhere. */
  readonly moved?: readonly K[];
}

/** The parts of a located call that requests are sent with. */
export interface LocatedCall {
  /** The way to the cluster. */
  readonly context: AdminContext;
  /** How long there is. */
  readonly time: CallTime;
  /** The call's name for an API, as Kafka's tools print it. */
  readonly nameFor: (api: { readonly name: string }) => string;
}

/** Looks up where things are. */
export type Lookup<K> = (call: LocatedCall, keys: readonly K[]) => Promise<Places<K>>;

/** A call about located things. */
export interface LocatedOperation<K, V> {
  /** Its name in errors. */
  readonly name: string;
  /** Tells keys apart. */
  readonly textOf: (key: K) => string;
  /** Looks the nodes up. */
  readonly lookup: Lookup<K>;
  /** Asks a node about keys that live there. */
  readonly ask: (
    call: LocatedCall,
    destination: Destination,
    keys: readonly K[],
  ) => Promise<NodeAnswer<K, V>>;
}

/** Runs a call about located things. */
export async function locatedCall<K, V>(
  context: AdminContext,
  operation: LocatedOperation<K, V>,
  keys: Iterable<K>,
  options: CallOptions,
): Promise<AdminResults<K, V>> {
  const { textOf } = operation;
  return await outcomesOf<K, V>(context, textOf, keys, options, (time, outcomes) => {
    const run = new LocatedRun(operation, context, time, outcomes);
    return run.locate(outcomes.left, 0);
  });
}

class LocatedRun<K, V> {
  readonly #operation: LocatedOperation<K, V>;
  readonly #call: LocatedCall;
  readonly #outcomes: Outcomes<K, V>;

  constructor(
    operation: LocatedOperation<K, V>,
    context: AdminContext,
    time: CallTime,
    outcomes: Outcomes<K, V>,
  ) {
    const nameFor = (api: { readonly name: string }) => `${operation.name}(api=${apiKeyName(api)})`;
    this.#operation = operation;
    this.#outcomes = outcomes;
    this.#call = { context, time, nameFor };
  }

  /** Looks keys up, and asks their nodes. Those that are found do not wait for those that are not. */
  async locate(keys: readonly K[], failures: number): Promise<void> {
    const asked: Promise<void>[] = [];
    let left = keys;
    try {
      for (let tries = failures; left.length > 0; tries++) {
        if (tries > 0) await this.#pause(tries - 1);
        const { found, failed } = await this.#operation.lookup(this.#call, left);
        for (const [key, error] of failed) this.#outcomes.fail(key, error);
        for (const [nodeId, keys] of this.#byNode(found)) {
          asked.push(this.#ask(nodeId, keys, tries));
        }
        left = this.#without(left, [...found, ...failed].map(([key]) => key));
      }
    } catch (error) {
      this.#failAll(left, error);
    }
    await Promise.all(asked);
  }

  async #ask(nodeId: number, keys: readonly K[], failures: number): Promise<void> {
    const relocated: Promise<void>[] = [];
    let left = keys;
    try {
      for (let tries = failures;; tries++) {
        const destination: Destination = { to: nodeId, isLookedUp: true };
        const { completed = [], failed = [], moved = [] } = await this.#operation.ask(
          this.#call,
          destination,
          left,
        );
        for (const [key, value] of completed) this.#outcomes.complete(key, value);
        for (const [key, error] of failed) this.#outcomes.fail(key, error);
        if (moved.length > 0) relocated.push(this.locate(moved, tries + 1));
        left = this.#without(left, [...completed, ...failed].map(([key]) => key).concat(moved));
        if (left.length === 0) break;
        await this.#pause(tries);
      }
    } catch (error) {
      const { time } = this.#call;
      const isOver = time.signal.aborted || time.isOver;
      if (isDisconnect(error) && !isOver) relocated.push(this.locate(left, failures + 1));
      else this.#failAll(left, error);
    }
    await Promise.all(relocated);
  }

  async #pause(failures: number): Promise<void> {
    const { context, time } = this.#call;
    await time.sleep(context.backoff.after(failures), this.#operation.name);
  }

  #failAll(keys: readonly K[], error: unknown): void {
    for (const key of keys) this.#outcomes.fail(key, asError(error));
  }

  #byNode(found: Places<K>["found"]): Map<number, K[]> {
    const nodes = new Map<number, K[]>();
    for (const [key, nodeId] of found) {
      const keys = nodes.get(nodeId);
      if (keys === undefined) nodes.set(nodeId, [key]);
      else keys.push(key);
    }
    return nodes;
  }

  #without(keys: readonly K[], others: readonly K[]): readonly K[] {
    const { textOf } = this.#operation;
    const texts = new Set(others.map(textOf));
    return keys.filter((key) => !texts.has(textOf(key)));
  }
}

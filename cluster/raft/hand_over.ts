/**
 * The end of a replica that others need to find a leader: it waits until they have one, but not for ever.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { ReplicaSteps } from "./raft_io.ts";
import type { RaftNode } from "./raft_node.ts";

/** What a {@linkcode HandOver} is made of. */
export interface HandOverOptions {
  /** Measures the wait. */
  readonly clock: Clock;
  /** The replica. */
  readonly node: Pick<RaftNode, "isDispensable" | "isOnlyVoter">;
  /** Tells the replica. */
  readonly steps: Pick<ReplicaSteps, "tryStep">;
  /** How long to wait at most, ms. */
  readonly timeoutMs: number;
}

/** One hand-over. */
export class HandOver {
  readonly #options: HandOverOptions;
  readonly #dispensable = Promise.withResolvers<void>();

  /** Not begun. */
  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  /** Looks whether somebody else leads by now; to be called after every step. */
  stepped(): void {
    if (this.#options.node.isDispensable) this.#dispensable.resolve();
  }

  /** Tells the replica to stop, and resolves once nobody needs it any more, or the time is over. */
  async run(): Promise<void> {
    const { clock, node, steps, timeoutMs } = this.#options;
    if (node.isOnlyVoter) return;
    const isOver = new AbortController();
    steps.tryStep({ type: "shutdown" });
    const timeout = clock.sleep(timeoutMs, isOver.signal);
    await Promise.race([this.#dispensable.promise, timeout]).finally(() => isOver.abort());
  }
}

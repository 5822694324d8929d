/**
 * A fetch that waits at the leader for something new.
 *
 * @module
 */

import type { FetchAnswer, FetchRequest } from "./raft_message.ts";

/** A fetch that has no answer yet. */
export interface WaitingFetch {
  /** The number that its answer must have. */
  readonly requestId: number;
  /** What was asked. */
  readonly request: FetchRequest;
  /** What is answered when nothing new comes. */
  readonly nothingNew: FetchAnswer;
  /** When that is, ms since the epoch. */
  readonly deadline: number;
}

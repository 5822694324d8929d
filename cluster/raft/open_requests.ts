/**
 * Requests of other replicas that wait for their answers, and what answers get from the disk.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import type { RaftLog } from "./raft_log.ts";
import type { RaftAnswer, RaftFailure, RaftResponse } from "./raft_message.ts";

type Resolve = (response: RaftResponse | RaftFailure) => void;

const NONE = new Uint8Array(0);

/** The open requests, by the numbers that the replica knows them by. */
export class OpenRequests {
  readonly #log: RaftLog;
  readonly #logger: Logger;
  readonly #open = new Map<number, Resolve>();
  #nextId = 0;

  /** There are none. */
  constructor(log: RaftLog, logger: Logger) {
    this.#log = log;
    this.#logger = logger;
  }

  /** Takes a request in. Returns its number. */
  add(resolve: Resolve): number {
    const id = this.#nextId++;
    this.#open.set(id, resolve);
    return id;
  }

  /** Answers one. */
  answer(id: number, answer: RaftAnswer): void {
    let response: RaftResponse | RaftFailure;
    try {
      response = this.#filled(answer);
    } catch (error) {
      const { directory } = this.#log;
      this.#logger.write("error", "Failed to read for another replica", { directory, error });
      response = { type: "failure", error: "UNKNOWN_SERVER_ERROR" };
    }
    this.#take(id)?.(response);
  }

  /** Tells one that there will be no answer. */
  fail(id: number): void {
    this.#take(id)?.({ type: "failure", error: "BROKER_NOT_AVAILABLE" });
  }

  /** Tells all of them. */
  failAll(): void {
    for (const id of [...this.#open.keys()]) this.fail(id);
  }

  #take(id: number): Resolve | undefined {
    const resolve = this.#open.get(id);
    this.#open.delete(id);
    return resolve;
  }

  #filled(answer: RaftAnswer): RaftResponse {
    if (answer.type === "fetch") {
      const { read, ...outcome } = answer;
      const records = read === undefined ? NONE : this.#log.bytesFrom(read.offset, read.maxBytes);
      return { ...outcome, records };
    }
    if (answer.type === "fetch_snapshot") {
      const { length, ...outcome } = answer;
      const { snapshotId, position } = outcome;
      const bytes = length === 0 || snapshotId === undefined
        ? NONE
        : this.#log.snapshots.read(snapshotId, position, length);
      return { ...outcome, bytes };
    }
    return answer;
  }
}

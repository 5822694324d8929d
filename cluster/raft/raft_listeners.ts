/**
 * All who follow the metadata log: each is told of what is committed, and of who leads, as far as it has come itself.
 *
 * @module
 */

import type { FileSystem } from "../../storage/file/file_system.ts";
import { ListenerContext } from "./listener_context.ts";
import type { CommittedBatch, RaftListener } from "./raft_listener.ts";
import type { RaftLog } from "./raft_log.ts";
import type { RaftNode } from "./raft_node.ts";

/** What {@linkcode RaftListeners} look at. */
export interface RaftListenersOptions {
  /** Where the snapshots are. */
  readonly fileSystem: FileSystem;
  /** The log. */
  readonly log: RaftLog;
  /** The replica, once it is started: it knows who leads. */
  readonly node: Pick<RaftNode, "leader" | "leaderAndEpoch">;
}

/** The listeners. What one of them throws reaches the caller. */
export class RaftListeners {
  readonly #options: RaftListenersOptions;
  /** Replaced, never changed: one that is told may add or remove others. */
  #contexts: readonly ListenerContext[] = [];

  /** There are none. */
  constructor(options: RaftListenersOptions) {
    this.#options = options;
  }

  /** Adds one, which has seen nothing. */
  add(listener: RaftListener): void {
    this.#contexts = [...this.#contexts, new ListenerContext(listener)];
  }

  /** Removes one. */
  remove(listener: RaftListener): void {
    this.#contexts = this.#contexts.filter((context) => context.listener !== listener);
  }

  /**
   * Tells all what is committed and they have not seen.
   *
   * @param fresh batches that have just been committed, in order: they need not be read
   */
  tellCommitted(fresh: readonly CommittedBatch[]): void {
    const { fileSystem, log } = this.#options;
    for (const context of this.#contexts) {
      context.catchUp(log, fileSystem, fresh);
      this.#tellLeader(context);
    }
  }

  /** Tells one of them all that there is. */
  bringUp(listener: RaftListener): void {
    const { fileSystem, log } = this.#options;
    for (const context of this.#contexts.filter((context) => context.listener === listener)) {
      context.catchUp(log, fileSystem, []);
      this.#tellLeader(context);
    }
  }

  /** Tells all who leads. */
  tellLeader(): void {
    for (const context of this.#contexts) this.#tellLeader(context);
  }

  #tellLeader(context: ListenerContext): void {
    const { leader, leaderAndEpoch } = this.#options.node;
    context.tellLeader(leaderAndEpoch, leader?.epochStartOffset);
  }
}

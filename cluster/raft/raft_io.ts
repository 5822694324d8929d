/**
 * What goes into the state machine of a replica, and what comes out. Times are ms since the epoch.
 *
 * @module
 */

import type { ControlMessage } from "./control_messages.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import type { ElectionState } from "./quorum_state.ts";
import type {
  RaftAnswer,
  RaftDestination,
  RaftFailure,
  RaftRequest,
  RaftResponse,
} from "./raft_message.ts";

/** What happens to a replica. */
export type RaftInput =
  & (
    /** It starts, with what its files say. */
    | { readonly type: "start"; readonly election: ElectionState | undefined }
    /** Time has passed. */
    | { readonly type: "poll" }
    /** The leader has appended to its log: who waits for that may have it. */
    | { readonly type: "appended" }
    /** What the leader's log has below the offset survives a power cut. */
    | { readonly type: "flushed"; readonly endOffset: number }
    /** What was put out to be stored survives a power cut, or could not be taken. */
    | { readonly type: "stored"; readonly isStored: boolean }
    /** Another replica asks. */
    | { readonly type: "request"; readonly id: number; readonly request: RaftRequest }
    /** Another replica has answered. */
    | {
      readonly type: "response";
      readonly from: number;
      readonly correlationId: number;
      readonly response: RaftResponse | RaftFailure;
    }
    /** It is to lead no more. */
    | { readonly type: "resign" }
    /** It is to stop: it leads no more, does not stand for election, and sees to it that somebody else does. */
    | { readonly type: "shutdown" }
  )
  & { readonly now: number };

/** An input, without its time. */
export type UntimedInput = RaftInput extends infer I ? I extends RaftInput ? Omit<I, "now"> : never
  : never;

/** How those who act for a replica tell it what has come of that. */
export interface ReplicaSteps {
  /** Whether nothing counts any more that has been under way. */
  readonly isStopped: boolean;
  /** Gives the replica an input; throws what cannot be done of what it puts out. */
  step(input: UntimedInput): void;
  /** Gives the replica an input, where nobody could do anything about a failure. */
  tryStep(input: UntimedInput): void;
  /** Tells that the disk has failed. */
  fail(error: unknown): void;
}

/** What a replica wants done, in this order. */
export type RaftOutput =
  /** Write `quorum-state`, durably, before anything that follows. */
  | { readonly type: "election"; readonly election: ElectionState; readonly version: 0 | 1 }
  /** Lead the epoch: append these control records as its first batch. */
  | {
    readonly type: "leader";
    readonly epoch: number;
    readonly startOffset: number;
    readonly messages: readonly ControlMessage[];
  }
  /** What is below the offset is committed. */
  | { readonly type: "high_watermark"; readonly offset: number }
  /** Ask another replica. */
  | {
    readonly type: "send";
    readonly to: RaftDestination;
    readonly correlationId: number;
    readonly request: RaftRequest;
  }
  /** Answer a request. */
  | { readonly type: "answer"; readonly id: number; readonly answer: RaftAnswer }
  /** Append batches of the leader's log, whose epochs are not above `epoch`; then comes the input `stored`. */
  | {
    readonly type: "append";
    readonly records: Uint8Array;
    readonly epoch: number;
    readonly isDurable: boolean;
  }
  /** Cut the log off at the offset; then comes the input `stored`. */
  | { readonly type: "truncate"; readonly offset: number }
  /** Begin a file for a snapshot that is fetched. */
  | { readonly type: "begin_snapshot"; readonly snapshotId: OffsetAndEpoch }
  /** Add to that file. */
  | { readonly type: "append_snapshot"; readonly bytes: Uint8Array }
  /** The file is whole: it is a snapshot, and the log begins anew behind it; then comes the input `stored`. */
  | { readonly type: "complete_snapshot" }
  /** Remove the file. */
  | { readonly type: "abandon_snapshot" };

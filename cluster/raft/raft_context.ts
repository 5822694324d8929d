/**
 * What the parts of a replica's state machine share.
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import type { Quorum } from "./quorum.ts";
import type { QuorumConfig } from "./quorum_config.ts";
import type { RaftOutput } from "./raft_io.ts";
import type { RaftLogView } from "./raft_log_view.ts";
import type { QuorumInfo, RaftDestination, RaftRequest } from "./raft_message.ts";
import type { RequestManager } from "./request_manager.ts";
import type { VoterEndpoint } from "./voter_set.ts";

/** The parts of one replica. */
export interface RaftContext {
  /** The configs. */
  readonly config: QuorumConfig;
  /** The listener over which voters reach each other. */
  readonly listenerName: string;
  /** Its state. */
  readonly quorum: Quorum;
  /** Its log, to look at. */
  readonly log: RaftLogView;
  /** What it asks others. */
  readonly requests: RequestManager;
  /** Puts out what is to be done. */
  readonly emit: (output: RaftOutput) => void;
  /** Whether something that was put out to be stored is not stored yet: nobody is told of the log's end meanwhile. */
  isStoring: boolean;
  /** Whether it is to stop. */
  isShuttingDown: boolean;
}

/** The end of a log. */
export function endOfLog({ endOffset, lastEpoch }: RaftLogView): OffsetAndEpoch {
  return { offset: endOffset, epoch: lastEpoch };
}

/** What every answer says of who answers. */
export function quorumInfo({ quorum }: RaftContext, error: ErrorName): QuorumInfo {
  const { leaderId, epoch, leaderEndpoints } = quorum;
  return { error, leaderId, epoch, leaderEndpoints };
}

/** Where a node is asked; `undefined` when no address of it is known. */
export function destinationOf(
  { listenerName }: RaftContext,
  id: number,
  endpoints: readonly VoterEndpoint[],
): RaftDestination | undefined {
  const endpoint = endpoints.find(({ name }) => name === listenerName) ?? endpoints[0];
  return endpoint && { id, host: endpoint.host, port: endpoint.port };
}

/**
 * Asks a node, unless it is being asked already, or is left alone for a while.
 *
 * @returns when it may be asked again
 */
export function send(
  { requests, emit }: RaftContext,
  to: RaftDestination,
  now: number,
  request: () => RaftRequest,
): number {
  if (requests.readyAt(to.id, now) <= now) {
    const correlationId = requests.sent(to.id, now);
    emit({ type: "send", to, correlationId, request: request() });
  }
  return requests.readyAt(to.id, now);
}

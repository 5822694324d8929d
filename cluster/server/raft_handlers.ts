/**
 * Vote (52), BeginQuorumEpoch (53), EndQuorumEpoch (54), Fetch (1) of the metadata and FetchSnapshot (59): what replicas of the metadata log ask each
 * other, on the controller's listeners. All of it is up to `raft/`.
 *
 * @module
 */

import type { Api } from "../../client/protocol/api.ts";
import type { ErrorName } from "../../client/protocol/error_codes.ts";
import { beginQuorumEpoch } from "../../client/protocol/messages/begin_quorum_epoch.ts";
import { endQuorumEpoch } from "../../client/protocol/messages/end_quorum_epoch.ts";
import { fetch } from "../../client/protocol/messages/fetch.ts";
import { fetchSnapshot } from "../../client/protocol/messages/fetch_snapshot.ts";
import { vote } from "../../client/protocol/messages/vote.ts";
import {
  beginQuorumEpochWire,
  endQuorumEpochWire,
  fetchSnapshotWire,
  fetchWire,
  type InboundWire,
  voteWire,
} from "../raft/inbound_wire.ts";
import type { RaftDriver } from "../raft/raft_driver.ts";
import type { RaftRequest, RaftResponse } from "../raft/raft_message.ts";
import type { AnyApiHandler, ApiHandler } from "./api_handler.ts";

/** What the handlers need. */
export interface RaftHandlersOptions {
  /** The metadata log. */
  readonly raft: Pick<RaftDriver, "handle">;
  /** Id of the cluster: others have nothing to ask here. */
  readonly clusterId: string;
}

/** Answers for the replica of this node. */
export function raftHandlers(options: RaftHandlersOptions): AnyApiHandler[] {
  return [
    raftHandler(fetch, fetchWire, options),
    raftHandler(vote, voteWire, options),
    raftHandler(beginQuorumEpoch, beginQuorumEpochWire, options),
    raftHandler(endQuorumEpoch, endQuorumEpochWire, options),
    raftHandler(fetchSnapshot, fetchSnapshotWire, options),
  ];
}

function raftHandler<
  Req extends { readonly clusterId: string | null },
  Res,
  Asked extends RaftRequest,
  Answered extends RaftResponse,
>(
  api: Api<Req, Res>,
  wire: InboundWire<Req, Res, Asked, Answered>,
  { raft, clusterId }: RaftHandlersOptions,
): ApiHandler<Req, Res> {
  return {
    api,
    async handle(request, { listenerName }) {
      const isOther = request.clusterId !== null && request.clusterId !== clusterId;
      const asked: Asked | ErrorName = isOther ? "INCONSISTENT_CLUSTER_ID" : wire.read(request);
      if (typeof asked === "string") return wire.failed(asked);
      const answer = await raft.handle(asked);
      if (answer.type === "failure") return wire.failed(answer.error);
      return wire.write(answer as Answered, listenerName);
    },
    onError: (_request, error) => wire.failed(error),
  };
}

/** One replica of three, with a log that is only looked at: what it puts out, as a test reads it. */

import { replicaKey, type VoterNode, VoterSet } from "../../../cluster/raft/voter_set.ts";
import type { OffsetAndEpoch } from "../../../cluster/raft/offset_and_epoch.ts";
import { type QuorumConfig, quorumConfig } from "../../../cluster/raft/quorum_config.ts";
import { QuorumHistory } from "../../../cluster/raft/quorum_history.ts";
import type { ElectionState } from "../../../cluster/raft/quorum_state.ts";
import type { RaftLogView } from "../../../cluster/raft/raft_log_view.ts";
import type {
  FetchAnswer,
  FetchRequest,
  FetchResponse,
  FetchSnapshotResponse,
  RaftAnswer,
  RaftDestination,
  RaftFailure,
  RaftRequest,
  RaftResponse,
  VoteRequest,
} from "../../../cluster/raft/raft_message.ts";
import { type RaftInput, RaftNode, type RaftOutput } from "../../../cluster/raft/raft_node.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { DIRECTORY_ID, LISTENER } from "./raft_support.ts";

/** This replica. */
export const LOCAL: VoterNode = {
  key: replicaKey(1, DIRECTORY_ID),
  endpoints: [LISTENER],
  minKRaftVersion: 0,
  maxKRaftVersion: 1,
};

/** Static voters, each at a host of its own. */
export function statics(...ids: number[]): QuorumHistory {
  const voters = ids.map((id) => ({ id, host: `host${id}`, port: 9093 }));
  return new QuorumHistory(VoterSet.fromStatic("CONTROLLER", voters));
}

/** What `quorum-state` had. */
export const saved = (election: Partial<ElectionState>): ElectionState => ({
  epoch: 3,
  leaderId: undefined,
  votedKey: undefined,
  voters: [1],
  ...election,
});

/** The log: one epoch behind the other, each from its start offset. */
export class ScriptedLog implements RaftLogView {
  startOffset = 0;
  endOffset = 20;
  highWatermark = 0;
  /** Epochs and their first offsets. */
  epochs: (readonly [epoch: number, startOffset: number])[] = [[1, 0], [2, 5], [3, 10]];
  /** Snapshots and their sizes, from the oldest on. */
  held: (readonly [id: OffsetAndEpoch, size: number])[] = [];

  get lastEpoch(): number {
    return this.epochs.at(-1)?.[0] ?? 0;
  }

  endOffsetForEpoch(epoch: number): OffsetAndEpoch {
    const index = this.epochs.findLastIndex(([each]) => each <= epoch);
    const next = this.epochs[index + 1];
    return { offset: next?.[1] ?? this.endOffset, epoch: this.epochs[index]?.[0] ?? 0 };
  }

  readonly snapshots = {
    held: () => this.held,
    get earliest() {
      return this.held()[0]?.[0];
    },
    get latest() {
      return this.held().at(-1)?.[0];
    },
    size(id: OffsetAndEpoch) {
      return this.held().find(([each]) => each.offset === id.offset && each.epoch === id.epoch)
        ?.[1];
    },
  };
}

export type Sent = RaftOutput & { readonly type: "send" };

/** The replica. Its voters are 1, 2 and 3 unless told otherwise. */
export class ScriptedReplica {
  readonly log = new ScriptedLog();
  readonly node: RaftNode;
  now = 0;
  #requestId = 0;

  constructor(
    options: {
      readonly history?: QuorumHistory;
      readonly bootstrapServers?: readonly RaftDestination[];
      readonly config?: QuorumConfig;
    } = {},
  ) {
    this.node = new RaftNode({
      local: LOCAL,
      history: options.history ?? statics(1, 2, 3),
      log: this.log,
      random: new SeededRandom(1),
      config: options.config ?? quorumConfig({}),
      listenerName: "CONTROLLER",
      bootstrapServers: options.bootstrapServers ?? [
        { id: 2, host: "host2", port: 9093 },
        { id: 3, host: "host3", port: 9093 },
      ],
    });
  }

  get state(): string {
    return this.node.state.name;
  }

  step(input: RaftInput extends infer I ? I extends RaftInput ? Omit<I, "now"> : never : never) {
    return this.node.step({ ...input, now: this.now } as RaftInput);
  }

  start(election?: ElectionState): readonly RaftOutput[] {
    return this.step({ type: "start", election });
  }

  /** Lets the time come at which it wants to do something. */
  wait(): readonly RaftOutput[] {
    this.now = this.node.nextPollAt!;
    return this.step({ type: "poll" });
  }

  /** Asks it. Returns the answer, unless that waits. */
  ask(request: RaftRequest): RaftAnswer | undefined {
    const id = this.#requestId++;
    const outputs = this.step({ type: "request", id, request });
    return answers(outputs).get(id);
  }

  /** Answers what it has asked. */
  answer(sent: Sent, response: RaftResponse | RaftFailure): readonly RaftOutput[] {
    const { to: { id: from }, correlationId } = sent;
    return this.step({ type: "response", from, correlationId, response });
  }

  /** Has it elected in epoch 4 by votes of 2. */
  elect(): readonly RaftOutput[] {
    this.start(saved({}));
    let outputs = this.wait();
    for (let i = 0; i < 2; i++) {
      const asked = sentTo(outputs, 2)!;
      const { epoch } = this.node.state;
      outputs = this.answer(asked, granted(epoch));
    }
    return outputs;
  }

  /** Has it follow node 2 in epoch 3. Returns its first fetch. */
  follow(): Sent {
    return sentTo(this.start(saved({ leaderId: 2 })), 2)!;
  }
}

export function sends(outputs: readonly RaftOutput[]): readonly Sent[] {
  return outputs.filter((output) => output.type === "send");
}

export function sentTo(outputs: readonly RaftOutput[], node: number): Sent | undefined {
  return sends(outputs).find(({ to }) => to.id === node);
}

export function answers(outputs: readonly RaftOutput[]): ReadonlyMap<number, RaftAnswer> {
  return new Map(
    outputs.filter((output) => output.type === "answer").map(({ id, answer }) => [id, answer]),
  );
}

/** The types of what was put out, without what is asked and answered. */
export function kinds(outputs: readonly RaftOutput[]): string[] {
  return outputs.map(({ type }) => type);
}

const unled = { error: "NONE", leaderId: undefined, leaderEndpoints: [] } as const;

export function granted(epoch: number, voteGranted = true): RaftResponse {
  return { type: "vote", ...unled, epoch, voteGranted };
}

/** A request for a vote, of node 2 in epoch 4, whose log is as long as this one. */
export function voteRequest(partial: Partial<VoteRequest> = {}): VoteRequest {
  return {
    type: "vote",
    voter: replicaKey(1, DIRECTORY_ID),
    candidate: replicaKey(2),
    epoch: 4,
    logEnd: { offset: 20, epoch: 3 },
    preVote: false,
    ...partial,
  };
}

/** A fetch of node 2, whose log is as long as this one, in epoch 4. */
export function fetchRequest(partial: Partial<FetchRequest> = {}): FetchRequest {
  return {
    type: "fetch",
    replica: replicaKey(2),
    epoch: 4,
    fetchOffset: 20,
    lastFetchedEpoch: 3,
    highWatermark: -1,
    maxBytes: 1000,
    maxWaitMs: 500,
    ...partial,
  };
}

/** What node 2, which leads epoch 3, answers to a fetch. */
export function fetched(partial: Partial<FetchResponse> = {}): FetchResponse {
  return {
    type: "fetch",
    error: "NONE",
    leaderId: 2,
    epoch: 3,
    leaderEndpoints: [],
    highWatermark: undefined,
    logStartOffset: 0,
    divergingEpoch: undefined,
    snapshotId: undefined,
    records: new Uint8Array(0),
    ...partial,
  };
}

/** A part of the snapshot 30-3 of 100 bytes, as node 2 answers it. */
export function snapshotPart(
  position: number,
  length: number,
  partial: Partial<FetchSnapshotResponse> = {},
): FetchSnapshotResponse {
  return {
    type: "fetch_snapshot",
    error: "NONE",
    leaderId: 2,
    epoch: 3,
    leaderEndpoints: [],
    snapshotId: { offset: 30, epoch: 3 },
    size: 100,
    position,
    bytes: new Uint8Array(length),
    ...partial,
  };
}

/** The answer to a fetch. */
export function asFetchAnswer(answer: RaftAnswer | undefined): FetchAnswer {
  if (answer?.type !== "fetch") throw new TypeError(`Not an answer to a fetch: ${answer?.type}`);
  return answer;
}

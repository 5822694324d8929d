/** A leader whose answers a test writes down. */

import { errorCode, type ErrorName } from "../../client/protocol/error_codes.ts";
import type {
  FetchRequest,
  FetchResponse,
  FetchResponsePartitionData,
} from "../../client/protocol/messages/fetch.ts";
import type { LeaderEndPoint } from "../../cluster/replication/leader_end_point.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { Draft } from "../../storage/message/message_codec.ts";

/** A partition of an answer. */
export function fetchedData(
  partial: Partial<FetchResponsePartitionData> & { readonly error?: ErrorName } = {},
): FetchResponsePartitionData {
  const { error = "NONE", ...rest } = partial;
  return {
    partitionIndex: 0,
    errorCode: errorCode(error),
    highWatermark: 0,
    lastStableOffset: 0,
    logStartOffset: 0,
    divergingEpoch: { epoch: -1, endOffset: -1 },
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
    snapshotId: { endOffset: -1, epoch: -1 },
    abortedTransactions: null,
    preferredReadReplica: -1,
    records: null,
    ...rest,
  };
}

/** See the file's comment. */
export class ScriptedLeader implements LeaderEndPoint {
  readonly brokerId = 1;
  readonly requests: Draft<FetchRequest>[] = [];
  readonly asked: [TopicPartition, number, string][] = [];
  isClosed = false;
  /** Answers a fetch; by default no answer ever comes. */
  answer: (request: Draft<FetchRequest>) => Draft<FetchResponse> | Promise<Draft<FetchResponse>> =
    () => new Promise(() => {});
  /** Answers what offsets there are. */
  offset: (which: "earliest" | "latest") => number | Promise<number> = () => 0;

  async fetch(request: Draft<FetchRequest>, signal: AbortSignal): Promise<FetchResponse> {
    this.requests.push(request);
    const answer = this.answer(request);
    const gone = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => gone.reject(signal.reason), { once: true });
    return await Promise.race([answer, gone.promise]) as FetchResponse;
  }

  async fetchOffset(
    topicPartition: TopicPartition,
    currentLeaderEpoch: number,
    which: "earliest" | "latest",
  ): Promise<number> {
    this.asked.push([topicPartition, currentLeaderEpoch, which]);
    return await this.offset(which);
  }

  close(): void {
    this.isClosed = true;
  }
}

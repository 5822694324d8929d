/**
 * Fetches that wait when there is too little (Kafka's `ReplicaManager.fetchMessages`).
 *
 * @module
 */

import type { FetchPartition } from "../server/fetch_session.ts";
import type { Purgatory } from "../server/purgatory.ts";
import { DelayedFetch } from "./delayed_fetch.ts";
import { decided } from "./delayed_requests.ts";
import {
  type FetchContextOfBroker,
  type FetchParams,
  type FetchResult,
  readFromLog,
} from "./fetch.ts";
import { isHeldBack, recordThrottled } from "./leader_throttle.ts";
import type { Partition } from "./partition.ts";

/** Whether a fetch is to wait for more than was found. */
export function mayWait(
  { maxWaitMs, minBytes }: FetchParams,
  results: readonly FetchResult[],
): boolean {
  if (maxWaitMs <= 0 || results.length === 0) return false;
  let bytes = 0;
  for (const { error, divergingEpoch, preferredReadReplica, records } of results) {
    const hasNews = error !== "NONE" || divergingEpoch !== undefined;
    if (hasNews || preferredReadReplica !== undefined) return false;
    bytes += records.size;
  }
  return bytes < minBytes;
}

/** Reads partitions; waits for `minBytes` if there is nothing else to tell. */
export function fetchOrWait(
  broker: FetchContextOfBroker,
  purgatory: Purgatory<Partition>,
  params: FetchParams,
  partitions: readonly FetchPartition[],
): FetchResult[] | Promise<FetchResult[]> {
  const { getPartition, leaderQuota } = broker;
  const sent = (results: FetchResult[]): FetchResult[] => {
    recordThrottled(leaderQuota, params, results);
    return results;
  };
  const results = readFromLog(broker, params, partitions, true);
  if (!mayWait(params, results)) return sent(results);
  const isThrottled = (partition: Partition) => isHeldBack(leaderQuota, partition, params);
  const waiting = decided(
    purgatory,
    partitions.flatMap((request) => {
      const partition = getPartition(request.topic!, request.partition);
      return typeof partition === "string" ? [] : [partition];
    }),
    params.maxWaitMs,
    (done) => new DelayedFetch(params, results, getPartition, isThrottled, done),
  );
  // Read when the answer is made, and not when it is decided: what else is appended in that turn goes along.
  const readAgain = () => sent(readFromLog(broker, params, partitions, false));
  return waiting === undefined ? readAgain() : waiting.then(readAgain);
}

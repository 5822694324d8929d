/**
 * Brokers that tell that they are there, and what they want.
 *
 * @module
 */

import type { BrokerHeartbeatRequest } from "../../client/protocol/messages/broker_heartbeat.ts";
import { checkBrokerEpoch } from "./broker_epoch.ts";
import { beginControlledShutdown, cordonDirectories, fenceBroker } from "./broker_registration.ts";
import type { ControllerContext, Decision } from "./decision.ts";
import { failDirectories } from "./directory_changes.ts";
import type { MetadataRecord } from "./metadata_records.ts";

/** What a broker is told. */
export interface BrokerHeartbeatReply {
  /** Whether it has followed the metadata as far as its registration. */
  readonly isCaughtUp: boolean;
  /** Whether it may not lead. */
  readonly isFenced: boolean;
  /** Whether it may stop now. */
  readonly shouldShutDown: boolean;
}

/** What a broker is to the controller (Kafka's `BrokerControlState`). */
type BrokerState = "fenced" | "unfenced" | "stopping" | "stopped";

/**
 * Decides on BrokerHeartbeat: the broker is fenced or not as it wants, once it knows the metadata. One that wants to stop leads nothing from here
 * on, and may stop when all others know that.
 *
 * @param nextOffset offset of the next record of the metadata log
 * @throws {KafkaError} `STALE_BROKER_EPOCH`
 */
export function processBrokerHeartbeat(
  context: ControllerContext,
  request: BrokerHeartbeatRequest,
  nextOffset: number,
): Decision<BrokerHeartbeatReply> {
  const { heartbeats } = context;
  const { brokerId, brokerEpoch, currentMetadataOffset, offlineLogDirs, cordonedLogDirs } = request;
  const { fenced } = checkBrokerEpoch(context, brokerId, brokerEpoch);
  const state = fenced ? "fenced" : heartbeats.isStopping(brokerId) ? "stopping" : "unfenced";
  const next = nextState(context, request, state);
  const isFenced = next === "fenced" || next === "stopped";
  const records: MetadataRecord[] = [];
  if (next !== state) {
    records.push(
      ...(next === "stopping"
        ? beginControlledShutdown(context, brokerId)
        : fenceBroker(context, brokerId, isFenced)).records,
    );
  }
  if (offlineLogDirs.length > 0) {
    records.push(...failDirectories(context, brokerId, offlineLogDirs).records);
  }
  // Nobody says what is cordoned before the broker knows its configs.
  if (cordonedLogDirs !== null) {
    records.push(...cordonDirectories(context, brokerId, cordonedLogDirs).records);
  }
  heartbeats.touch(brokerId, brokerEpoch);
  heartbeats.followed(brokerId, currentMetadataOffset);
  if (isFenced) heartbeats.fenced(brokerId);
  if (next === "stopped") heartbeats.ended(brokerId);
  if (next === "stopping") heartbeats.stopping(brokerId, nextOffset + records.length - 1);
  return {
    records,
    response: {
      isCaughtUp: heartbeats.isCaughtUp(brokerId, currentMetadataOffset),
      isFenced,
      shouldShutDown: next === "stopped",
    },
    isSplittable: true,
  };
}

function nextState(
  { image, heartbeats }: ControllerContext,
  { brokerId, currentMetadataOffset, wantFence, wantShutDown }: BrokerHeartbeatRequest,
  state: BrokerState,
): BrokerState {
  switch (state) {
    case "fenced":
      if (wantShutDown) return "stopped";
      return !wantFence && heartbeats.isCaughtUp(brokerId, currentMetadataOffset)
        ? "unfenced"
        : "fenced";
    case "unfenced":
      if (!wantShutDown) return wantFence ? "fenced" : "unfenced";
      return wantFence || !image.topics.hasLeaderships(brokerId) ? "stopped" : "stopping";
    default:
      return !image.topics.hasLeaderships(brokerId) && heartbeats.mayStop(brokerId, image.cluster)
        ? "stopped"
        : "stopping";
  }
}

/**
 * Fences a broker that was not heard of for a session's time: one, so that the next one is decided on with the leaders that this one has left.
 *
 * @returns whether there may be more of them
 */
export function fenceStaleBroker(context: ControllerContext): Decision<boolean> {
  const { image, heartbeats } = context;
  const stale = heartbeats.takeExpired();
  if (stale === undefined) return { records: [], response: false };
  const { brokerId, brokerEpoch } = stale;
  const isPresent = image.cluster.brokers.get(brokerId)?.brokerEpoch === brokerEpoch;
  heartbeats.fenced(brokerId);
  return {
    records: isPresent ? fenceBroker(context, brokerId, true).records : [],
    response: true,
    isSplittable: true,
  };
}

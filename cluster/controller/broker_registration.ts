/**
 * Brokers that come, go, and come back.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { METADATA_VERSION_FEATURE } from "../../client/metadata/metadata_version.ts";
import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import type { ControllerContext, Decision } from "./decision.ts";
import {
  afterUncleanShutdown,
  withBroker,
  withoutBroker,
  withoutUnregisteredBroker,
} from "./leadership_updates.ts";
import type { BrokerEndpoint, BrokerFeature, MetadataRecord } from "./metadata_records.ts";
import { metadataRecord } from "./metadata_records.ts";
import {
  LOST_DIRECTORY,
  MIGRATING_DIRECTORY,
  UNASSIGNED_DIRECTORY,
} from "./partition_registration.ts";

/** What a broker tells of itself. */
export interface BrokerDetails {
  /** Its id. */
  readonly brokerId: number;
  /** Id of this run of its process. */
  readonly incarnationId: string;
  /** Where clients reach it. */
  readonly endPoints: readonly BrokerEndpoint[];
  /** What it can do. */
  readonly features: readonly BrokerFeature[];
  /** Its rack. */
  readonly rack: string | null;
  /** Ids of its log directories that work. */
  readonly logDirs: readonly string[];
  /** The epoch that it had when it last stopped cleanly; without one, it may have lost something. */
  readonly previousBrokerEpoch?: number;
}

/**
 * Decides on BrokerRegistration (Kafka's `ClusterControlManager.registerBroker`). The broker's epoch is the offset of the first record that
 * is written for it, so that it grows with each registration. A new run of the process leads nothing before it is
 * unfenced, and what its last run left behind is settled: had it not stopped cleanly, it is no longer in sync.
 *
 * @param nextOffset offset of the next record of the metadata log
 * @param fenced whether the broker begins without leading anything
 * @throws {KafkaError} `DUPLICATE_BROKER_REGISTRATION` while the last run of the broker is heard of, `INVALID_REGISTRATION`,
 * `UNSUPPORTED_VERSION`
 */
export function registerBroker(
  context: ControllerContext,
  details: BrokerDetails,
  nextOffset: number,
  fenced: boolean,
): Decision<number> {
  const { image, heartbeats } = context;
  const { brokerId, incarnationId, previousBrokerEpoch = -1, logDirs, ...told } = details;
  const { registerBrokerRecordVersion, directoryAssignment } = metadataVersionAbilities(
    image.metadataVersion,
  );
  const existing = image.cluster.brokers.get(brokerId);
  const isSameRun = existing?.incarnationId === incarnationId;
  if (existing !== undefined && !isSameRun && heartbeats.hasSession(existing)) {
    throw new KafkaError(
      "DUPLICATE_BROKER_REGISTRATION",
      "Another broker is registered with that broker id. If the broker was recently restarted this should " +
        "self-resolve once the heartbeat manager expires the broker's session.",
    );
  }
  if (directoryAssignment) checkDirectories(context, details);
  checkFeatures(context, details);
  const brokerEpoch = isSameRun ? existing.brokerEpoch : nextOffset;
  const wasClean = previousBrokerEpoch === existing?.brokerEpoch;
  const records: MetadataRecord[] = isSameRun
    ? []
    : image.isElrEnabled && !wasClean
    ? afterUncleanShutdown(context, brokerId)
    : withoutBroker(context, brokerId);
  records.push(metadataRecord("RegisterBrokerRecord", registerBrokerRecordVersion, {
    ...told,
    brokerId,
    incarnationId,
    brokerEpoch,
    fenced: isSameRun ? existing.fenced : fenced,
    inControlledShutdown: isSameRun && existing.inControlledShutdown,
    logDirs: directoryAssignment ? [...logDirs].sort() : [],
  }));
  heartbeats.registered(brokerId, brokerEpoch, nextOffset + records.length - 1);
  return { records, response: brokerEpoch, isSplittable: true };
}

function checkDirectories(
  { image }: ControllerContext,
  { brokerId, logDirs }: BrokerDetails,
): void {
  const refuse = (reason: string): never => {
    throw new KafkaError("INVALID_REGISTRATION", reason);
  };
  if (logDirs.length === 0) refuse("No directories specified in request");
  const reserved = [MIGRATING_DIRECTORY, UNASSIGNED_DIRECTORY, LOST_DIRECTORY];
  if (logDirs.some((directory) => reserved.includes(directory))) {
    refuse("Reserved directory ID in request");
  }
  if (new Set(logDirs).size < logDirs.length) refuse("Duplicate directory ID in request");
  for (const other of image.cluster.brokers.values()) {
    if (other.brokerId === brokerId) continue;
    const shared = logDirs.find((directory) => other.logDirs.includes(directory));
    if (shared !== undefined) {
      refuse(`Broker ${other.brokerId} is already registered with directory ${shared}`);
    }
  }
}

/** The broker has to know the levels at which the cluster runs; a feature that it does not name it has at level 0. */
function checkFeatures({ image }: ControllerContext, { features }: BrokerDetails): void {
  if (!features.some(({ name }) => name === METADATA_VERSION_FEATURE)) {
    throw new KafkaError(
      "INVALID_REGISTRATION",
      `Request features do not contain '${METADATA_VERSION_FEATURE}'`,
    );
  }
  const unnamed = [...image.features.keys()].filter((name) =>
    !features.some((feature) => feature.name === name)
  ).map((name) => ({ name, minSupportedVersion: 0, maxSupportedVersion: 0 }));
  for (
    const { name, minSupportedVersion: min, maxSupportedVersion: max } of [...features, ...unnamed]
  ) {
    // A feature without a level is one that is not used; only a new cluster has no metadata.version.
    const finalized = image.features.get(name) ??
      (name === METADATA_VERSION_FEATURE ? undefined : 0);
    if (finalized === undefined || (min <= finalized && finalized <= max)) continue;
    throw new KafkaError(
      "UNSUPPORTED_VERSION",
      `Unable to register because the broker does not support finalized version ${finalized} of ` +
        `${name}. The broker wants a version between ${min} and ${max}, inclusive.`,
    );
  }
}

/**
 * Decides that a broker may no longer lead, or may again. Partitions get other leaders, or leaders at last.
 *
 * @param fenced whether it may no longer
 */
export function fenceBroker(
  context: ControllerContext,
  brokerId: number,
  fenced: boolean,
): Decision<void> {
  const broker = context.image.cluster.brokers.get(brokerId);
  if (broker === undefined || broker.fenced === fenced) return { records: [], response: undefined };
  const change = metadataRecord("BrokerRegistrationChangeRecord", 0, {
    brokerId,
    brokerEpoch: broker.brokerEpoch,
    fenced: fenced ? 1 : -1,
  });
  const records = fenced
    ? [...withoutBroker(context, brokerId), change]
    : [change, ...withBroker(context, brokerId)];
  return { records, response: undefined, isSplittable: true };
}

/**
 * Decides that a broker is going to stop: it leads nothing from here on, and is in sync with nobody. Asked for again, what is left of
 * that is done: the controller before may have come half the way.
 */
export function beginControlledShutdown(
  context: ControllerContext,
  brokerId: number,
): Decision<void> {
  const broker = context.image.cluster.brokers.get(brokerId);
  if (broker === undefined) return { records: [], response: undefined };
  const { brokerEpoch } = broker;
  const change = metadataRecord("BrokerRegistrationChangeRecord", 1, {
    brokerId,
    brokerEpoch,
    inControlledShutdown: 1,
  });
  const records = withoutBroker(context, brokerId);
  if (!broker.inControlledShutdown) records.unshift(change);
  return { records, response: undefined, isSplittable: true };
}

/**
 * Decides that these directories of a broker are cordoned: no new partitions are placed there.
 *
 * @param directories ids of directories
 */
export function cordonDirectories(
  { image }: ControllerContext,
  brokerId: number,
  directories: readonly string[],
): Decision<void> {
  const broker = image.cluster.brokers.get(brokerId);
  const { cordonedLogDirs: canCordon } = metadataVersionAbilities(image.metadataVersion);
  const before = broker?.cordonedLogDirs;
  const isSame = before !== null && before?.length === directories.length &&
    before.every((directory) => directories.includes(directory));
  if (broker === undefined || !canCordon || isSame) return { records: [], response: undefined };
  return {
    records: [metadataRecord("BrokerRegistrationChangeRecord", 3, {
      brokerId,
      brokerEpoch: broker.brokerEpoch,
      cordonedLogDirs: directories,
    })],
    response: undefined,
  };
}

/**
 * Decides on UnregisterBroker.
 *
 * @throws {KafkaError} `BROKER_ID_NOT_REGISTERED`
 */
export function unregisterBroker(
  context: ControllerContext,
  brokerId: number,
): Decision<void> {
  const broker = context.image.cluster.brokers.get(brokerId);
  if (broker === undefined) {
    throw new KafkaError(
      "BROKER_ID_NOT_REGISTERED",
      `Broker ID ${brokerId} is not currently registered`,
    );
  }
  context.heartbeats.removed(brokerId);
  return {
    records: [
      ...withoutUnregisteredBroker(context, brokerId),
      metadataRecord("UnregisterBrokerRecord", 0, { brokerId, brokerEpoch: broker.brokerEpoch }),
    ],
    response: undefined,
    isSplittable: true,
  };
}

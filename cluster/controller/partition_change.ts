/**
 * What becomes of a partition when its replicas, those in sync, or the brokers change (Kafka's `PartitionChangeBuilder`).
 *
 * @module
 */

import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import type { ControllerContext } from "./decision.ts";
import { chooseLeader, type Election } from "./leader_choice.ts";
import { type MetadataRecord, metadataRecord } from "./metadata_records.ts";
import { directoryOf, NO_LEADER, NO_LEADER_CHANGE } from "./partition_registration.ts";
import { completedReassignment } from "./reassignment_replicas.ts";
import { effectiveMinIsr } from "./topic_settings.ts";
import type { TopicImage } from "./topics_image.ts";

/** The leader is recovering from an unclean election. */
export const RECOVERING = 1;

/** What changes. What is left out stays as it is. */
export interface PartitionChange {
  /** How a leader is chosen. Default: `online`. */
  readonly election?: Election;
  /** Who can lead. Default: brokers that are up. */
  readonly isActive?: (brokerId: number) => boolean;
  /** Who is in sync. */
  readonly isr?: readonly number[];
  /** Who has the partition. */
  readonly replicas?: readonly number[];
  /** Who is to lose it. */
  readonly removing?: readonly number[];
  /** Who is to get it. */
  readonly adding?: readonly number[];
  /** In which of their directories brokers have it, by the ids of both. */
  readonly directories?: ReadonlyMap<number, string>;
  /** Brokers that may have lost what was acknowledged: they stopped without notice. */
  readonly uncleanShutdown?: readonly number[];
  /** Whether the leader recovers from an unclean election. */
  readonly leaderRecoveryState?: number;
}

/** What of the change a record tells: `undefined` where nothing changes. */
interface ChangeFields {
  isr?: readonly number[];
  leader?: number;
  replicas?: readonly number[];
  removingReplicas?: readonly number[];
  addingReplicas?: readonly number[];
  leaderRecoveryState?: number;
  directories?: readonly string[];
  eligibleLeaderReplicas?: readonly number[];
  lastKnownElr?: readonly number[];
}

function isEqual<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** Whether everybody of `some` is among `all`. */
function includesAll(all: readonly number[], some: readonly number[]): boolean {
  return some.every((id) => all.includes(id));
}

/**
 * Changes a partition: a reassignment ends if it can, eligible leaders are kept, and a leader is chosen if the present one cannot go on.
 *
 * @returns the record of it; `undefined` when nothing changes
 */
export function changePartition(
  context: ControllerContext,
  topic: TopicImage,
  partitionId: number,
  change: PartitionChange,
): MetadataRecord | undefined {
  const { image } = context;
  const { cluster, isElrEnabled } = image;
  const partition = topic.partitions.get(partitionId)!;
  const abilities = metadataVersionAbilities(image.metadataVersion);
  let replicas = change.replicas ?? partition.replicas;
  let isr = change.isr ?? partition.isr;
  let removing = change.removing ?? partition.removingReplicas;
  let adding = change.adding ?? partition.addingReplicas;
  const completed = completedReassignment({ replicas, adding, removing }, isr);
  if (completed !== undefined) {
    ({ replicas, isr } = completed);
    removing = adding = [];
  }
  let elr = isElrEnabled
    ? eligibleReplicas(context, topic, partition, { replicas, isr }, change.uncleanShutdown ?? [])
    : [];

  const fields: ChangeFields = {};
  const { isActive = (id: number) => cluster.isActive(id) } = change;
  const chosen = chooseLeader(change.election ?? "online", {
    replicas,
    isr,
    elr,
    leader: partition.leader,
    // With several entries they are not the last leader's.
    lastKnownLeader: isElrEnabled && partition.lastKnownElr.length === 1
      ? partition.lastKnownElr[0]
      : undefined,
    canLead: (id) => {
      const directory = directoryOf(partition, id) ?? cluster.defaultDirectory(id);
      return isActive(id) && cluster.hasOnlineDirectory(id, directory);
    },
  });
  if (chosen.leader !== partition.leader) {
    fields.leader = chosen.leader;
    if (elr.includes(chosen.leader)) {
      isr = [chosen.leader];
      elr = elr.filter((id) => id !== chosen.leader);
    }
    if (chosen.isUnclean) {
      isr = fields.isr = [chosen.leader];
      elr = [];
      if (partition.leaderRecoveryState !== RECOVERING) fields.leaderRecoveryState = RECOVERING;
    }
  } else if (!includesAll(replicas, partition.replicas)) {
    // Naming the leader raises its epoch, so that those that are gone are not listened to.
    fields.leader = partition.leader;
  }
  if (!isEqual(elr, partition.elr)) fields.eligibleLeaderReplicas = elr;
  // Without eligible leaders, the last that was in sync stays, for it may lead again.
  if ((isr.length > 0 || isElrEnabled) && !isEqual(isr, partition.isr)) fields.isr = isr;
  if (
    abilities.leaderEpochBumpOnIsrShrink && fields.leader === undefined &&
    fields.isr !== undefined && !includesAll(fields.isr, partition.isr)
  ) fields.leader = partition.leader;
  if (isElrEnabled && fields.leader !== undefined) {
    if (fields.leader === NO_LEADER && partition.lastKnownElr.length === 0) {
      fields.lastKnownElr = [partition.leader];
    } else if (fields.leader >= 0 && partition.lastKnownElr.length > 0) fields.lastKnownElr = [];
  }
  if (abilities.directoryAssignment) {
    const directories = replicas.map((id) =>
      change.directories?.get(id) ?? directoryOf(partition, id) ?? cluster.defaultDirectory(id)
    );
    if (!isEqual(directories, partition.directories)) fields.directories = directories;
  }
  const { leaderRecoveryState = partition.leaderRecoveryState } = change;
  if (!chosen.isUnclean && leaderRecoveryState !== partition.leaderRecoveryState) {
    fields.leaderRecoveryState = leaderRecoveryState;
  }
  if (!isEqual(replicas, partition.replicas)) fields.replicas = replicas;
  if (!isEqual(removing, partition.removingReplicas)) fields.removingReplicas = removing;
  if (!isEqual(adding, partition.addingReplicas)) fields.addingReplicas = adding;
  return Object.keys(fields).length === 0 ? undefined : metadataRecord(
    "PartitionChangeRecord",
    abilities.partitionRecordVersion,
    { topicId: topic.id, partitionId, leader: NO_LEADER_CHANGE, ...fields },
  );
}

/**
 * Who has all that was acknowledged, when too few are in sync: those that were in sync, or eligible, and are not now. Who has lost the
 * partition to a reassignment is not; Kafka lets it stay, so that the last leader is not asked although nobody else can lead.
 */
function eligibleReplicas(
  context: ControllerContext,
  topic: TopicImage,
  before: { readonly isr: readonly number[]; readonly elr: readonly number[] },
  { replicas, isr }: { readonly replicas: readonly number[]; readonly isr: readonly number[] },
  uncleanShutdown: readonly number[],
): readonly number[] {
  if (isr.length >= effectiveMinIsr(context, topic)) return [];
  const candidates = [...new Set([...before.elr, ...before.isr])].sort((a, b) => a - b);
  return candidates.filter((id) =>
    replicas.includes(id) && !isr.includes(id) && !uncleanShutdown.includes(id)
  );
}

import { assertEquals } from "@std/assert";
import {
  changedRegistration,
  directoryOf,
  hasPreferredLeader,
  isReassigning,
  LOST_DIRECTORY,
  MIGRATING_DIRECTORY,
  partitionRecordOf,
  registrationOf,
  UNASSIGNED_DIRECTORY,
} from "../../../cluster/controller/partition_registration.ts";
import {
  metadataRecord,
  type PartitionChangeRecord,
} from "../../../cluster/controller/metadata_records.ts";
import { uuidToBytes } from "../../../storage/bytes/uuid.ts";
import { idOf, partitionRecordWith } from "./controller_support.ts";

function change(partial: Partial<PartitionChangeRecord>): PartitionChangeRecord {
  return metadataRecord("PartitionChangeRecord", 2, { leader: -2, ...partial })
    .data as PartitionChangeRecord;
}

const partition = registrationOf(partitionRecordWith());

Deno.test("the reserved directory ids are Kafka's: 0, 1 and 2", () => {
  const last = [MIGRATING_DIRECTORY, UNASSIGNED_DIRECTORY, LOST_DIRECTORY].map((
    id,
  ) => [...uuidToBytes(id)]);
  assertEquals(last.map((bytes) => bytes.at(-1)), [0, 1, 2]);
  assertEquals(last.flatMap((bytes) => bytes.slice(0, -1)).every((byte) => byte === 0), true);
});

Deno.test("a partition of an old record has directories that nobody knows", () => {
  const old = registrationOf(partitionRecordWith({ directories: [] }));
  assertEquals(old.directories, [MIGRATING_DIRECTORY, MIGRATING_DIRECTORY, MIGRATING_DIRECTORY]);
});

Deno.test("every change raises the partition epoch, and one that names a leader, even the old one, the leader epoch", () => {
  const shrunk = changedRegistration(partition, change({ isr: [1] }));
  assertEquals([shrunk.isr, shrunk.partitionEpoch, shrunk.leaderEpoch], [[1], 10, 4]);
  const same = changedRegistration(partition, change({ leader: 1 }));
  assertEquals([same.leader, same.partitionEpoch, same.leaderEpoch], [1, 10, 5]);
  const none = changedRegistration(partition, change({ leader: -1, isr: [] }));
  assertEquals([none.leader, none.isr, none.leaderEpoch], [-1, [], 5]);
});

Deno.test("what a change does not tell stays", () => {
  const { leaderEpoch: _l, partitionEpoch: _p, ...rest } = changedRegistration(
    partition,
    change({ leaderRecoveryState: 1, eligibleLeaderReplicas: [3], lastKnownElr: [2] }),
  );
  const { leaderEpoch: _m, partitionEpoch: _q, ...before } = partition;
  assertEquals(rest, { ...before, leaderRecoveryState: 1, elr: [3], lastKnownElr: [2] });
});

Deno.test("replicas that stay keep their directories when a change of an old version tells none", () => {
  const moved = changedRegistration(partition, change({ replicas: [3, 4] }));
  assertEquals(moved.directories, [idOf("dir-3"), MIGRATING_DIRECTORY]);
});

Deno.test("a partition's record is what it was made from, as far as the cluster has room for it", () => {
  const record = partitionRecordWith({ eligibleLeaderReplicas: [3], lastKnownElr: [2] });
  const made = registrationOf(record);
  const all = { directoryAssignment: true, isElrEnabled: true };
  assertEquals(partitionRecordOf(record.topicId, 0, made, all), record);
  assertEquals(
    partitionRecordOf(record.topicId, 0, made, { directoryAssignment: false, isElrEnabled: false }),
    { ...record, directories: [], eligibleLeaderReplicas: null, lastKnownElr: null },
  );
});

Deno.test("a partition says where a broker has it, whether its first replica leads, and whether it moves", () => {
  assertEquals([directoryOf(partition, 2), directoryOf(partition, 9)], [idOf("dir-2"), undefined]);
  assertEquals([hasPreferredLeader(partition), isReassigning(partition)], [true, false]);
  assertEquals(isReassigning({ ...partition, addingReplicas: [4] }), true);
  assertEquals(isReassigning({ ...partition, removingReplicas: [1] }), true);
  assertEquals(hasPreferredLeader({ ...partition, leader: 2 }), false);
});

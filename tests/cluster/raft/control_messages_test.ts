import { assertEquals } from "@std/assert";
import {
  buildControlBatch,
  kraftVersionMessage,
  leaderChangeMessage,
  snapshotFooterMessage,
  snapshotHeaderMessage,
  votersMessage,
} from "../../../cluster/raft/control_messages.ts";
import {
  parseKRaftVersionRecord,
  parseLeaderChangeMessage,
  parseSnapshotFooterRecord,
  parseSnapshotHeaderRecord,
  parseVotersRecord,
} from "../../../storage/record/control_message.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { DIRECTORY_ID, FIXTURES, LISTENER } from "./raft_support.ts";

const place = { baseOffset: 0, epoch: 1, timestamp: 1795360115999 };

const VOTERS = {
  version: 0,
  voters: [{
    voterId: 1,
    voterDirectoryId: DIRECTORY_ID,
    endpoints: [LISTENER],
    kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: 1 },
  }],
};

Deno.test("every control record is read as it was written", () => {
  const batch = new RecordBatch(buildControlBatch([
    leaderChangeMessage(7, [7, 300], [300]),
    snapshotHeaderMessage(1234567890123),
    kraftVersionMessage(1),
    votersMessage({ version: 0, voters: [...VOTERS.voters, { ...VOTERS.voters[0]!, voterId: 2 }] }),
    snapshotFooterMessage(),
  ], place));
  batch.ensureValid();
  const [leader, header, version, voters, footer] = [...batch.records()];
  assertEquals(parseLeaderChangeMessage(leader!), {
    version: 0,
    leaderId: 7,
    voters: [{ voterId: 7 }, { voterId: 300 }],
    grantingVoters: [{ voterId: 300 }],
  });
  assertEquals(parseSnapshotHeaderRecord(header!), {
    version: 0,
    lastContainedLogTimestamp: 1234567890123,
  });
  assertEquals(parseKRaftVersionRecord(version!), { version: 0, kRaftVersion: 1 });
  assertEquals(parseVotersRecord(voters!).voters.map(({ voterId }) => voterId), [1, 2]);
  assertEquals(parseSnapshotFooterRecord(footer!), { version: 0 });
});

Deno.test("the batch that opens an epoch is Kafka's to the byte", async () => {
  const log = await Deno.readFile(`${FIXTURES}/__cluster_metadata-0/00000000000000000000.log`);
  const theirs = new RecordBatch(log);
  const ours = buildControlBatch([
    leaderChangeMessage(1, [1], [1]),
    kraftVersionMessage(1),
    votersMessage(VOTERS),
  ], place);
  assertEquals(ours, log.slice(0, theirs.sizeInBytes));
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { StorageError } from "../../../storage/errors.ts";
import {
  parseKRaftVersionRecord,
  parseLeaderChangeMessage,
  parseSnapshotFooterRecord,
  parseSnapshotHeaderRecord,
  parseVotersRecord,
} from "../../../storage/record/control_message.ts";
import { controlRecordKey, parseControlRecordKey } from "../../../storage/record/control_record.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import type { Record } from "../../../storage/record/record.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";

const parsers = {
  LEADER_CHANGE: parseLeaderChangeMessage,
  SNAPSHOT_HEADER: parseSnapshotHeaderRecord,
  SNAPSHOT_FOOTER: parseSnapshotFooterRecord,
  KRAFT_VERSION: parseKRaftVersionRecord,
  KRAFT_VOTERS: parseVotersRecord,
};
type MessageType = keyof typeof parsers;

function fixtureRecords(path: string): { type: MessageType; record: Record }[] {
  const url = new URL(`../../fixtures/broker/${path}`, import.meta.url);
  return [...batchesIn(Deno.readFileSync(url))].filter((batch) => batch.isControlBatch)
    .flatMap((batch) => [...batch.records()])
    .map((record) => ({ type: parseControlRecordKey(record.key).type as MessageType, record }));
}

Deno.test("the messages of a broker's quorum are read, as Kafka's JSON has them", () => {
  const path = "__cluster_metadata-0/00000000000000000081-0000000001.checkpoint";
  assertEquals(
    fixtureRecords(path).map(({ type, record }) =>
      `${type} ${JSON.stringify(parsers[type](record))}`
    ),
    [
      'SNAPSHOT_HEADER {"version":0,"lastContainedLogTimestamp":1795360122109}',
      'KRAFT_VERSION {"version":0,"kRaftVersion":1}',
      'KRAFT_VOTERS {"version":0,"voters":[{"voterId":1,"voterDirectoryId":"YuBWMKKZSMSYSyRYTORJEQ",' +
      '"endpoints":[{"name":"CONTROLLER","host":"127.0.0.1","port":19093}],' +
      '"kRaftVersionFeature":{"minSupportedVersion":0,"maxSupportedVersion":1}}]}',
      'SNAPSHOT_FOOTER {"version":0}',
    ],
  );
  const changes = fixtureRecords("__cluster_metadata-0/00000000000000000000.log")
    .filter(({ type }) => type === "LEADER_CHANGE");
  assertEquals(changes.map(({ record }) => parseLeaderChangeMessage(record))[0], {
    version: 0,
    leaderId: 1,
    voters: [{ voterId: 1 }],
    grantingVoters: [{ voterId: 1 }],
  });
});

Deno.test("a message of another type is refused", () => {
  const record = fixtureRecords("bootstrap.checkpoint")[0]!.record;
  assertThrows(() => parseVotersRecord(record), StorageError, "Expected a control record of type");
});

Deno.test("a message that is cut off, or has any byte changed, gives a message or a corrupt record", () => {
  const path = "__cluster_metadata-0/00000000000000000081-0000000001.checkpoint";
  for (const { type, record } of fixtureRecords(path)) {
    const value = record.value!;
    const attempt = (changed: Uint8Array) => {
      const batch = buildBatch([{ key: controlRecordKey(type), value: changed }]);
      const [read] = [...new RecordBatch(batch)];
      try {
        parsers[type](read!);
      } catch (error) {
        assert(error instanceof StorageError, String(error));
      }
    };
    for (let end = 0; end < value.length; end++) attempt(value.subarray(0, end));
    for (let at = 0; at < value.length; at++) {
      for (const byte of [0, 1, 0x7f, 0x80, 0xff]) {
        const changed = value.slice();
        changed[at] = byte;
        attempt(changed);
      }
    }
  }
});

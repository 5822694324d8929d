import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { InvalidRecordError } from "../../../../storage/errors.ts";
import {
  checkBatch,
  describeRecord,
  RecordRules,
} from "../../../../storage/log/append/record_rules.ts";
import { RecordBatch } from "../../../../storage/record/record_batch.ts";
import { buildBatch } from "../../../../storage/record/record_batch_builder.ts";

const options = {
  now: 10_000,
  compactedTopic: false,
  timestampType: "CreateTime",
  timestampBeforeMaxMs: 100,
  timestampAfterMaxMs: 10,
} as const;

const batch = new RecordBatch(buildBatch([{ value: new Uint8Array(1), timestamp: 10_000 }]));
const record = (timestamp: number, keySize = -1) => ({
  offset: 5,
  timestamp,
  keySize,
  valueSize: 3,
});

Deno.test("a record within the bounds passes, one without a timestamp too", () => {
  const rules = new RecordRules(options, batch, "topic-0");
  const passes = [9_900, 10_010, -1].map((timestamp) => rules.check(record(timestamp), 0));
  assertEquals([passes, rules.passed], [[true, true, true], true]);
  rules.finish();
});

Deno.test("faults are gathered and thrown at the end", () => {
  const rules = new RecordRules(options, batch, "topic-0");
  assertEquals(rules.check(record(9_899), 0), false);
  assertEquals(rules.check(record(10_011), 1), false);
  rules.refuse(2, "something else");
  assertEquals(rules.passed, false);
  const error = assertThrows(() => rules.finish(), InvalidRecordError);
  assertEquals([error.code, error.recordErrors.map((each) => each.batchIndex)], [
    "INVALID_TIMESTAMP",
    [0, 1, 2],
  ]);
  assertStringIncludes(error.recordErrors[1]!.message, "Timestamp 10011 of message with offset 5");
});

Deno.test("with LogAppendTime the record's own time does not matter, keys still do", () => {
  const rules = new RecordRules(
    { ...options, timestampType: "LogAppendTime", compactedTopic: true },
    batch,
    "topic-0",
  );
  assertEquals([rules.check(record(1, 0), 0), rules.check(record(1, -1), 1)], [true, false]);
  assertEquals(assertThrows(() => rules.finish(), InvalidRecordError).code, "INVALID_RECORD");
});

Deno.test("only clients' batches are held to count, control bit and sequence", () => {
  const odd = new RecordBatch(buildBatch(
    [{ key: new Uint8Array(4), timestamp: 1 }, { key: new Uint8Array(4), timestamp: 1, offset: 5 }],
    { isControlBatch: true, producerId: 1, producerEpoch: 0 },
  ));
  for (const origin of ["coordinator", "replication", "raft_leader"] as const) {
    checkBatch(odd, 2, origin, "topic-0");
  }
  assertThrows(() => checkBatch(odd, 2, "client", "topic-0"), InvalidRecordError);
  assertThrows(() => checkBatch(odd, 1, "replication", "topic-0"), InvalidRecordError);
});

Deno.test("a record is described without its content", () => {
  assertEquals(
    describeRecord(record(7)),
    "DefaultRecord(offset=5, timestamp=7, key=0 bytes, value=3 bytes)",
  );
});

import { assertEquals } from "@std/assert";
import type { Fault } from "../../../../storage/cli/log/fault.ts";
import { TransactionsSeen } from "../../../../storage/cli/log/transactions_seen.ts";
import { type SegmentContext, verifySegment } from "../../../../storage/cli/log/verify_segment.ts";
import { RecordBatch } from "../../../../storage/record/record_batch.ts";
import { concat, memoryWith, textBatch } from "../cli_support.ts";

function verify(bytes: Uint8Array, options: Partial<SegmentContext> = {}) {
  const faults: Fault[] = [];
  let progress = 0;
  const finding = verifySegment({
    fileSystem: memoryWith({ "/p-0/00000000000000000000.log": bytes }),
    directory: "/p-0",
    baseOffset: 0,
    limitOffset: Infinity,
    isDeep: true,
    checksIndexes: false,
    epochs: undefined,
    transactions: new TransactionsSeen(0),
    sink: (fault) => faults.push(fault),
    progress: (bytes) => progress += bytes,
    ...options,
  });
  assertEquals(progress, bytes.length);
  return {
    finding,
    faults: faults.map(({ kind, position, offset, message }) =>
      `${kind} ${position} ${offset}: ${message}`
    ),
  };
}

const a = textBatch(0, ["a", "b"], { partitionLeaderEpoch: 1 });
const b = textBatch(2, ["c"], { partitionLeaderEpoch: 2 });

/** A copy of a batch with a byte set, and its checksum made right. */
function patched(batch: Uint8Array, at: number, value: number): Uint8Array {
  const copy = batch.slice();
  copy[at] = value;
  // Setting another timestamp and the old one computes the checksum anew.
  const view = new RecordBatch(copy);
  const { maxTimestamp, timestampType } = view;
  view.setMaxTimestamp(timestampType, maxTimestamp + 1);
  view.setMaxTimestamp(timestampType, maxTimestamp);
  return copy;
}

Deno.test("a sound segment is measured", () => {
  const { finding, faults } = verify(concat(a, b));
  assertEquals(faults, []);
  assertEquals([finding.nextOffset, finding.batches, finding.records], [3, 2, 3]);
  assertEquals([finding.maxTimestamp, finding.firstBatchTimestamp], [1001, 1001]);
  assertEquals([finding.cutPosition, finding.size], [-1, a.length + b.length]);
});

Deno.test("offsets that go back, or leave the segment, are where recovery has to cut", () => {
  const back = verify(concat(b, a));
  assertEquals(back.faults, [
    `offset ${b.length} 0: batch begins below the end of the one before it, which is 3`,
  ]);
  assertEquals([back.finding.cutPosition, back.finding.cutOffset], [b.length, 3]);
  assertEquals(verify(concat(a, b), { limitOffset: 2 }).faults, [
    `offset ${a.length} 2: batch reaches into the next segment: 2`,
  ]);
  const far = textBatch(3_000_000_000, ["x"]);
  assertEquals(verify(far).faults, [
    "offset 0 3000000000: batch lies too far above the segment's base offset: 3000000000",
  ]);
});

Deno.test("leader epochs that go back, or contradict the checkpoint, are told", () => {
  const old = textBatch(3, ["d"], { partitionLeaderEpoch: 1 });
  assertEquals(verify(concat(a, b, old)).faults, [
    `leader-epoch ${a.length + b.length} 3: leader epoch 1 comes after 2`,
  ]);
  const epochs = [{ epoch: 1, startOffset: 0 }];
  assertEquals(verify(concat(a, b), { epochs }).faults, [
    `leader-epoch ${a.length} 2: leader epoch is 2, the checkpoint says 1`,
  ]);
  assertEquals(
    verify(concat(a, b), { epochs: [...epochs, { epoch: 2, startOffset: 2 }] }).faults,
    [],
  );
  assertEquals(verify(concat(a, b), { epochs: [{ epoch: 3, startOffset: 9 }] }).faults, []);
});

Deno.test("records that contradict their batch are told, unless only batches are looked at", () => {
  // The offset delta of the second record, behind its timestamp delta.
  const second = a.length - 10 + a.subarray(a.length - 10).indexOf(2) + 1;
  const twice = patched(a, second, 0);
  const { faults } = verify(twice);
  assertEquals(faults, ["record 0 0: record offsets do not rise within the batch's"]);
  assertEquals(verify(twice, { isDeep: false }).faults, []);
  const lying = a.slice();
  new RecordBatch(lying).setMaxTimestamp("CreateTime", 5000);
  assertEquals(verify(lying).faults, [
    "record 0 0: batch says its largest timestamp is 5000, that of its records is 1001",
  ]);
  const short = patched(a, 61, 0x7e);
  assertEquals(verify(short).faults.length, 1);
});

Deno.test("damage has its place, and the offset that is missing there", () => {
  const flipped = b.slice();
  flipped[65]! ^= 1;
  const { finding, faults } = verify(concat(a, flipped, textBatch(3, ["d"])));
  assertEquals(faults.map((fault) => fault.split(": ")[0]), [`batch ${a.length} 2`]);
  assertEquals([finding.nextOffset, finding.damages.length, finding.cutOffset], [4, 1, 2]);
});

Deno.test("indexes that are not there are missing, and the transaction index may be", () => {
  assertEquals(
    verify(concat(a, b), { checksIndexes: true }).faults.map((each) => each.split(" ")[0]),
    [
      "missing",
      "missing",
    ],
  );
});

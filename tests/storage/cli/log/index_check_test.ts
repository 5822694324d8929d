import { assertEquals } from "@std/assert";
import type { Fault } from "../../../../storage/cli/log/fault.ts";
import {
  OffsetIndexCheck,
  TimeIndexCheck,
  TxnIndexCheck,
} from "../../../../storage/cli/log/index_check.ts";

/** Numbers as consecutive big-endian fields of the given sizes. */
function fields(sizes: readonly number[], ...rows: number[][]): Uint8Array {
  const size = sizes.reduce((sum, each) => sum + each, 0);
  const view = new DataView(new ArrayBuffer(size * rows.length));
  let at = 0;
  for (const row of rows) {
    row.forEach((value, i) => {
      if (sizes[i] === 8) view.setBigInt64(at, BigInt(value));
      else if (sizes[i] === 4) view.setInt32(at, value);
      else view.setInt16(at, value);
      at += sizes[i]!;
    });
  }
  return new Uint8Array(view.buffer);
}

/** Batches of ten offsets and 100 bytes, with the time of their last offset. */
function offsetFaults(bytes: Uint8Array): string[] {
  const told: Fault[] = [];
  const check = new OffsetIndexCheck("i", bytes, 0, (fault) => told.push(fault));
  for (let i = 0; i < 5; i++) check.batch(i * 100, i * 10 + 9);
  check.finish();
  return told.map((fault) => `${fault.position} ${fault.offset ?? ""} ${fault.message}`);
}

function timeFaults(bytes: Uint8Array): string[] {
  const told: Fault[] = [];
  const check = new TimeIndexCheck("t", bytes, 0, (fault) => told.push(fault));
  for (let i = 0; i < 5; i++) check.batch(i * 10 + 9, 1000 + (i === 3 ? 0 : i));
  check.finish();
  return told.map((fault) => `${fault.position} ${fault.offset ?? ""} ${fault.message}`);
}

const o = (...rows: number[][]) => fields([4, 4], ...rows);
const t = (...rows: number[][]) => fields([8, 4], ...rows);

Deno.test("an offset index that agrees has no fault, nor have zeros at its end", () => {
  assertEquals(offsetFaults(o([19, 100], [39, 300], [0, 0], [0, 0])), []);
  assertEquals(offsetFaults(new Uint8Array(0)), []);
  // An entry may stand for several batches that were appended at once.
  assertEquals(offsetFaults(o([29, 100])), []);
});

Deno.test("entries that point elsewhere are told", () => {
  assertEquals(offsetFaults(o([19, 101])), ["0 19 no batch starts at the indexed position 101"]);
  assertEquals(offsetFaults(o([18, 100])), [
    "0 18 no batch from position 100 on ends with the indexed offset",
  ]);
  assertEquals(offsetFaults(o([39, 100], [49, 200])), [
    "0 39 no batch from position 100 on ends with the indexed offset",
  ]);
  assertEquals(offsetFaults(o([99, 400])), [
    "0 99 no batch from position 400 on ends with the indexed offset",
  ]);
  assertEquals(offsetFaults(o([59, 500])), ["0 59 no batch starts at the indexed position 500"]);
  assertEquals(offsetFaults(o([19, 100], [19, 200])), [
    "8 19 entry is not above the one before it",
  ]);
  assertEquals(offsetFaults(new Uint8Array(9)), ["0  size is not a multiple of 8: 9"]);
});

Deno.test("a time index has the largest timestamp up to each offset", () => {
  assertEquals(timeFaults(t([1001, 19], [1002, 29], [1004, 49], [0, 0])), []);
  assertEquals(timeFaults(t([1005, 19])), [
    "0 19 indexed timestamp is 1005, the largest up to that offset is 1001",
  ]);
  assertEquals(timeFaults(t([1004, 50])), ["0 50 the indexed offset is beyond the data"]);
  assertEquals(timeFaults(t([1002, 29], [1001, 39])), [
    "12 39 entry is not above the one before it",
  ]);
  assertEquals(timeFaults(new Uint8Array(13)), ["0 0 size is not a multiple of 12: 13"]);
});

function txnFaults(bytes: Uint8Array): string[] {
  const told: Fault[] = [];
  const check = new TxnIndexCheck("x", bytes, 0, (fault) => told.push(fault));
  check.abort({ producerId: 5, firstOffset: 2, lastOffset: 8, lastStableOffset: 9 });
  check.abort({
    producerId: 6,
    firstOffset: undefined,
    lastOffset: 12,
    lastStableOffset: undefined,
  });
  check.finish();
  return told.map((fault) => `${fault.position ?? ""} ${fault.offset ?? ""} ${fault.message}`);
}

Deno.test("a transaction index lists what was aborted", () => {
  const x = (...rows: number[][]) => fields([2, 8, 8, 8, 8], ...rows);
  const right = [0, 5, 2, 8, 9];
  assertEquals(txnFaults(x(right)), []);
  assertEquals(txnFaults(x(right, [0, 6, 1, 12, 13])), []);
  assertEquals(txnFaults(new Uint8Array(0)), [
    " 8 aborted transaction of producer 5 from offset 2 is not listed",
  ]);
  assertEquals(txnFaults(x([0, 7, 3, 8, 7])), [
    "0 8 producer id is 7, the data says 5",
    "0 8 first offset is 3, the data says 2",
    "0 8 last stable offset is 7, the data says 9",
  ]);
  assertEquals(txnFaults(x(right, [0, 6, 1, 11, 13])), [
    "34 11 no abort marker at the indexed last offset",
  ]);
  assertEquals(txnFaults(x(right, [0, 6, 1, 7, 13])), [
    "34 7 entry is not above the one before it",
  ]);
  assertEquals(txnFaults(x(right, [3, 6, 1, 12, 13])), ["34  unknown version: 3"]);
  assertEquals(txnFaults(new Uint8Array([...x(right), 1])), [
    "0  size is not a multiple of 34: 35",
  ]);
});

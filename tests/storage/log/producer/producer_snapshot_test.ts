import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../../storage/errors.ts";
import {
  decodeProducerSnapshot,
  encodeProducerSnapshot,
  inSnapshotOrder,
} from "../../../../storage/log/producer/producer_snapshot.ts";
import { ProducerStateEntry } from "../../../../storage/log/producer/producer_state_entry.ts";

const fixtures = new URL("../../../fixtures/", import.meta.url);

function* snapshotFixtures(folder = ""): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder, fixtures))) {
    if (entry.isDirectory) yield* snapshotFixtures(`${folder}${entry.name}/`);
    else if (entry.name.endsWith(".snapshot")) yield `${folder}${entry.name}`;
  }
}

const paths = [...snapshotFixtures()];

/** As Kafka's dump-log prints it. */
function dumpLine(entry: ProducerStateEntry): string {
  const { currentTxnFirstOffset: first, batchMetadata } = entry;
  const batch = batchMetadata[0];
  return `producerId: ${entry.producerId} producerEpoch: ${entry.producerEpoch} ` +
    `coordinatorEpoch: ${entry.coordinatorEpoch} currentTxnFirstOffset: ` +
    `${first === undefined ? "OptionalLong.empty" : `OptionalLong[${first}]`} ` +
    `lastTimestamp: ${entry.lastTimestamp} ` +
    (batch === undefined
      ? ""
      : `firstSequence: ${batch.firstSeq} lastSequence: ${batch.lastSeq} lastOffset: ${batch.lastOffset} ` +
        `offsetDelta: ${batch.offsetDelta} timestamp: ${batch.timestamp}`);
}

function entries(): ProducerStateEntry[] {
  const open = new ProducerStateEntry(1, 2, 3, -1, 100);
  open.addBatch(2, 1, 2, 3, -1);
  return [open, new ProducerStateEntry(11, 12, 13, 123456)];
}

Deno.test("every snapshot that Kafka wrote is read and written again byte for byte", () => {
  assert(paths.length >= 80);
  for (const path of paths) {
    const bytes = Deno.readFileSync(new URL(path, fixtures));
    const read = decodeProducerSnapshot(bytes);
    assertEquals(encodeProducerSnapshot(read), bytes, path);
    assertEquals(encodeProducerSnapshot(inSnapshotOrder(read.toReversed())), bytes, path);
  }
});

Deno.test("what is read of Kafka's snapshots is what its dump-log prints", () => {
  let checked = 0;
  for (const path of paths) {
    let golden: string;
    try {
      golden = Deno.readTextFileSync(new URL(`expected/${path}.txt`, fixtures));
    } catch {
      continue;
    }
    const lines = golden.split("\n").filter((line) => line.startsWith("producerId: "));
    const read = decodeProducerSnapshot(Deno.readFileSync(new URL(path, fixtures)));
    assertEquals(read.map((entry) => dumpLine(entry).trim()), lines.map((line) => line.trim()));
    checked++;
  }
  assert(checked >= 70, `golden files: ${checked}`);
});

Deno.test("an entry keeps its newest batch, its transaction and its epochs", () => {
  const read = decodeProducerSnapshot(encodeProducerSnapshot(entries()));
  assertEquals(read.map(dumpLine), entries().map(dumpLine));
});

Deno.test("producers are written in the order of Kafka's hash table", () => {
  const ids = [33, 5, 16, 4_294_967_296 + 2, 1];
  const ordered = inSnapshotOrder(ids.map((id) => new ProducerStateEntry(id)));
  // Buckets of 16: 33 -> 1, 5 -> 5, 16 -> 0, 2^32 + 2 -> 3, 1 -> 1.
  assertEquals(ordered.map((entry) => entry.producerId), [16, 33, 1, 4_294_967_298, 5]);
});

Deno.test("a snapshot of an unknown version is refused", () => {
  const bytes = encodeProducerSnapshot(entries());
  bytes[1] = 2;
  const error = assertThrows(() => decodeProducerSnapshot(bytes), CorruptRecordError);
  assertStringIncludes(error.message, "unknown file version 2");
});

Deno.test("any single flipped bit and any cut is found", () => {
  const bytes = encodeProducerSnapshot(entries());
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    assertThrows(() => decodeProducerSnapshot(damaged), CorruptRecordError);
  }
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => decodeProducerSnapshot(bytes.subarray(0, length)), CorruptRecordError);
  }
});

Deno.test("a count beyond the bytes is refused before anything is made of it", () => {
  const bytes = encodeProducerSnapshot([]);
  bytes.set([0x7f, 0xff, 0xff, 0xff], 6);
  const error = assertThrows(() => decodeProducerSnapshot(bytes), CorruptRecordError);
  assertStringIncludes(error.message, "Snapshot failed schema validation");
});

import { assertEquals, assertThrows } from "@std/assert";
import { PartitionSequences } from "../../../client/producer/partition_sequences.ts";
import { IllegalProducerStateError } from "../../../client/producer/producer_errors.ts";
import { batchOf } from "../../support/producer_parts.ts";

const producer = { producerId: 1, epoch: 0 };
const batch = (baseSequence: number, count = 1) =>
  batchOf(Array.from({ length: count }, () => "v"), { producer, baseSequence });

Deno.test("batches on their way are in the order of their numbers, also beyond the last", () => {
  const sequences = new PartitionSequences();
  const [a, b, c] = [batch(0x7fff_fffe, 2), batch(0), batch(1)];
  for (const one of [c!, a!, b!]) sequences.add(one);
  assertEquals(sequences.inFlight, [a!, b!, c!]);
  sequences.remove(b!);
  sequences.remove(b!);
  assertEquals(sequences.inFlight, [a!, c!]);
});

Deno.test("the last number that was written never goes back, but for 0 after the last", () => {
  const sequences = new PartitionSequences();
  assertEquals(sequences.afterLastAcked, 0);
  sequences.ack(5);
  sequences.ack(3);
  assertEquals(sequences.afterLastAcked, 6);
  sequences.ack(0x3fff_0000);
  sequences.ack(0x7ffe_0000);
  sequences.ack(0x7fff_ffff);
  assertEquals(sequences.afterLastAcked, 0);
  sequences.ack(2);
  assertEquals(sequences.afterLastAcked, 3);
  sequences.ackOffset(9);
  sequences.ackOffset(4);
  assertEquals(sequences.lastAckedOffset, 9);
});

Deno.test("a number never falls below 0", () => {
  const sequences = new PartitionSequences();
  sequences.next = 1;
  assertThrows(
    () => sequences.closeGap(batch(0, 2)),
    IllegalProducerStateError,
    "Sequence number for partition orders-0 is going to become negative: -1",
  );
});

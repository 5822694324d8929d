import { assertEquals } from "@std/assert";
import { BatchAcks } from "../../../client/producer/batch_acks.ts";
import type { RecordMetadata } from "../../../client/producer/record_metadata.ts";

function acksOf(...timestamps: readonly number[]) {
  const acks = new BatchAcks();
  const told: (RecordMetadata | null)[] = [];
  const errors: (Error | null)[] = [];
  timestamps.forEach((timestamp, index) =>
    acks.push(timestamp, index - 1, index, (metadata, error) => {
      told.push(metadata);
      errors.push(error);
    })
  );
  return { acks, told, errors };
}

const never = () => {
  throw new Error("nothing was thrown");
};

Deno.test("each record is told where it is, and what was known of it", () => {
  const { acks, told, errors } = acksOf(5, 6);
  assertEquals(acks.firstTimestamp, 5);
  acks.succeed("orders", 1, 7, -1, never);
  assertEquals(
    told.map((metadata) => [
      `${metadata}`,
      metadata?.timestamp,
      metadata?.serializedKeySize,
      metadata?.serializedValueSize,
    ]),
    [["orders-1@7", 5, -1, 0], ["orders-1@8", 6, 0, 1]],
  );
  assertEquals(errors, [null, null]);
});

Deno.test("the broker's time takes the place of the records'", () => {
  const { acks, told } = acksOf(5, 6);
  acks.succeed("orders", 0, 0, 99, never);
  assertEquals(told.map((metadata) => metadata?.timestamp), [99, 99]);
});

Deno.test("without an offset none is told", () => {
  const { acks, told } = acksOf(5, 6);
  acks.succeed("orders", 0, -1, -1, never);
  assertEquals(told.map((metadata) => metadata?.hasOffset), [false, false]);
});

Deno.test("each record has its own reason to fail", () => {
  const { acks, told, errors } = acksOf(5, 6);
  acks.fail((index) => new Error(`no ${index}`), never);
  assertEquals(told, [null, null]);
  assertEquals(errors.map((error) => error?.message), ["no 0", "no 1"]);
});

Deno.test("a callback that throws does not keep others from hearing", () => {
  for (const end of ["succeed", "fail"] as const) {
    const { acks, told } = acksOf();
    acks.push(1, -1, 1, () => {
      throw new Error("mine");
    });
    acks.push(1, -1, 1, (metadata) => void told.push(metadata));
    const thrown: string[] = [];
    const onThrow = (error: unknown) => void thrown.push((error as Error).message);
    if (end === "succeed") acks.succeed("orders", 0, 0, -1, onThrow);
    else acks.fail(() => new Error("lost"), onThrow);
    assertEquals([thrown, told.length], [["mine"], 1]);
  }
});

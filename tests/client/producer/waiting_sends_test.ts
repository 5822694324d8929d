import { assertEquals } from "@std/assert";
import { FlushBarrier } from "../../../client/producer/flush_barrier.ts";
import type { ProducerBatch } from "../../../client/producer/producer_batch.ts";
import {
  type WaitingSend,
  WaitingSendLines,
  type WaitReason,
} from "../../../client/producer/waiting_sends.ts";
import { ackInto, batchOf } from "../../support/producer_parts.ts";

type Outcome = ProducerBatch | WaitReason | undefined;

/** Lines whose records fare as `fate` says, by their values; what happens is noted. */
function lines(fate: Record<string, Outcome>) {
  const seen: string[] = [];
  const made = new WaitingSendLines<string, string>({
    attempt({ record: { value } }) {
      const outcome = fate[value!];
      seen.push(`${value} ${typeof outcome === "object" ? "in" : outcome ?? "refused"}`);
      return outcome;
    },
    timedOut: ({ record: { value }, reason }) => seen.push(`${value} late for ${reason}`),
    refuse: ({ record: { value } }, error) => seen.push(`${value} ${error.message}`),
  });
  const add = (topic: string, value: string, deadlineMs = 100): WaitingSend<string, string> => {
    const send: WaitingSend<string, string> = {
      record: { topic, value },
      ack: ackInto([]),
      deadlineMs,
      signal: undefined,
      metadataVersion: 0,
      reason: "metadata",
      prepared: undefined,
    };
    made.add(send);
    return send;
  };
  return { made, add, seen };
}

Deno.test("records of a topic keep their order; those of another need not wait for them", () => {
  const batch = batchOf(["v"]);
  const { made, add, seen } = lines({ a1: "metadata", a2: batch, b1: batch, b2: undefined });
  add("a", "a1");
  add("a", "a2");
  add("b", "b1");
  add("b", "b2");
  made.retry(0);
  assertEquals(seen, ["a1 metadata", "b1 in", "b2 refused"]);
  assertEquals([made.size, made.has("a"), made.has("b")], [2, true, false]);
});

Deno.test("memory goes to those who came first", () => {
  const batch = batchOf(["v"]);
  const fate: Record<string, Outcome> = { a1: "memory", b1: batch };
  const { made, add, seen } = lines(fate);
  add("a", "a1");
  add("b", "b1");
  made.retry(0);
  assertEquals([seen, made.wantMemory], [["a1 memory"], true]);
  fate["a1"] = batch;
  made.retry(0);
  assertEquals([seen.slice(1), made.wantMemory, made.size], [["a1 in", "b1 in"], false, 0]);
});

Deno.test("who has waited too long is given up, and the next one is tried", () => {
  const { made, add, seen } = lines({ a1: "metadata", a2: "metadata" });
  add("a", "a1", 100);
  add("a", "a2", 200);
  assertEquals(made.nextDeadlineMs, 100);
  made.retry(100);
  assertEquals(seen, ["a1 metadata", "a1 late for metadata", "a2 metadata"]);
  assertEquals([made.nextDeadlineMs, made.size], [200, 1]);
});

Deno.test("giving up tells all", async () => {
  const { made, add, seen } = lines({});
  add("a", "a1");
  add("b", "b1");
  const idle = made.whenIdle();
  made.abort(new Error("over"));
  await idle;
  assertEquals([seen, made.size, made.nextDeadlineMs], [["a1 over", "b1 over"], 0, Infinity]);
});

Deno.test("a flush waits for those who wait, and then for their batches", async () => {
  const batch = batchOf(["v"]);
  const { made, add } = lines({ a1: batch, a2: undefined });
  add("a", "a1");
  add("a", "a2");
  const barrier = new FlushBarrier();
  made.addBarrier(barrier);
  let isDone = false;
  const done = barrier.wait().then(() => isDone = true);
  made.retry(0);
  await Promise.resolve();
  assertEquals(isDone, false);
  batch.releaseBarriers();
  await done;
});

Deno.test("a callback that sends while others are tried does no harm", () => {
  const seen: string[] = [];
  const made: WaitingSendLines<string, string> = new WaitingSendLines({
    attempt({ record: { value } }) {
      seen.push(value!);
      if (value === "a1") {
        made.add({ ...send("a2") });
        made.retry(0);
      }
      return undefined;
    },
    timedOut() {},
    refuse() {},
  });
  const send = (value: string): WaitingSend<string, string> => ({
    record: { topic: "a", value },
    ack: ackInto([]),
    deadlineMs: 100,
    signal: undefined,
    metadataVersion: 0,
    reason: "metadata",
    prepared: undefined,
  });
  made.add(send("a1"));
  made.retry(0);
  assertEquals([seen, made.size], [["a1", "a2"], 0]);
});

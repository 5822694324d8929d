import { assertEquals } from "@std/assert";
import { BatchBacklog } from "../../../client/producer/batch_backlog.ts";

Deno.test("who waits for a short backlog is told when half of it is left", async () => {
  const backlog = new BatchBacklog(10 * 2048, 2048);
  backlog.update(10);
  assertEquals(backlog.isLong, false);
  backlog.update(11);
  assertEquals(backlog.isLong, true);
  let isShort = false;
  const short = backlog.whenShort().then(() => isShort = true);
  backlog.update(6);
  await Promise.resolve();
  assertEquals([backlog.isLong, isShort], [false, false]);
  backlog.update(5);
  await short;
  assertEquals(isShort, true);
});

Deno.test("batches of single records have a limit too", () => {
  const backlog = new BatchBacklog(4096, 0);
  backlog.update(5);
  assertEquals(backlog.isLong, true);
});

import { assertEquals } from "@std/assert";
import { FlushBarrier } from "../../../client/producer/flush_barrier.ts";

Deno.test("a barrier opens when all are done, at once when there is nothing", async () => {
  await new FlushBarrier().wait();
  const barrier = new FlushBarrier();
  barrier.add();
  barrier.add();
  let isOpen = false;
  const open = barrier.wait().then(() => isOpen = true);
  barrier.remove();
  await Promise.resolve();
  assertEquals(isOpen, false);
  barrier.remove();
  await open;
});

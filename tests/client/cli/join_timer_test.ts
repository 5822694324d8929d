import { assertEquals } from "@std/assert";
import { JoinTimer } from "../../../client/cli/join_timer.ts";
import { ManualClock } from "../../support/manual_env.ts";

const at = (partition: number) => ({ topic: "t", partition });

Deno.test("the times without partitions are added up", async () => {
  const clock = new ManualClock();
  const timer = new JoinTimer(clock);
  await clock.advance(500);
  timer.onPartitionsAssigned([at(0), at(1)]);
  assertEquals([timer.totalMs, timer.intervalMs], [500, 500]);
  await clock.advance(1000);
  timer.onPartitionsAssigned([at(2)]);
  timer.onPartitionsRevoked([at(0), at(1)]);
  await clock.advance(100);
  timer.onPartitionsAssigned([at(0)]);
  assertEquals(timer.totalMs, 500, "one was left all the time");
  timer.intervalMs = 0;
  timer.onPartitionsRevoked([at(0), at(2)]);
  await clock.advance(30);
  timer.onPartitionsAssigned([at(0)]);
  assertEquals([timer.totalMs, timer.intervalMs], [530, 30]);
});

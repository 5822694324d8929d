import { assertEquals } from "@std/assert";
import { RaftAlarm } from "../../../cluster/raft/raft_alarm.ts";
import { ManualClock } from "../../support/manual_env.ts";

Deno.test("what is due is done at its time, also when that comes earlier than was known", async () => {
  const clock = new ManualClock();
  const from = clock.now();
  let due = from + 100;
  const rung: number[] = [];
  const alarm = new RaftAlarm(clock, () => due, (now) => {
    rung.push(now - from);
    due = Infinity;
  });
  alarm.start();
  await clock.advance(99);
  assertEquals(rung, []);
  await clock.advance(1);
  assertEquals(rung, [100]);
  due = from + 150;
  alarm.changed();
  await clock.advance(60);
  assertEquals(rung, [100, 150]);
  await alarm.stop();
  due = from;
  alarm.changed();
  await clock.advance(1000);
  assertEquals(rung, [100, 150]);
});

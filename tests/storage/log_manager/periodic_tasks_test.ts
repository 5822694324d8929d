import { assertEquals } from "@std/assert";
import { PeriodicTasks } from "../../../storage/log_manager/periodic_tasks.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("a task runs after its delay, then again and again, at the pace it asks for", async () => {
  const { clock, logger } = manualEnv();
  const tasks = new PeriodicTasks(clock, logger);
  const start = clock.now();
  const runs: number[] = [];
  tasks.start("count", 100, () => {
    runs.push(clock.now() - start);
    return runs.length * 10;
  });
  await clock.advance(135);
  assertEquals(runs, [100, 110, 130]);
  await tasks.stop();
  await clock.advance(1000);
  assertEquals([runs.length, clock.sleeping], [3, 0]);
});

Deno.test("an error is told in the log, and the task goes on a second later", async () => {
  const { clock, logger } = manualEnv();
  const tasks = new PeriodicTasks(clock, logger);
  let runs = 0;
  tasks.start("fails once", 0, () => {
    if (++runs === 1) throw new Error("oh");
    return 5000;
  });
  await clock.advance(999);
  assertEquals(runs, 1);
  await clock.advance(1);
  assertEquals(runs, 2);
  assertEquals(logger.matching("Periodic task failed", "error").length, 1);
  await tasks.stop();
});

Deno.test("a period of 0 lets others run, and the longest one fits a timer", async () => {
  const { clock, logger } = manualEnv();
  const tasks = new PeriodicTasks(clock, logger);
  let runs = 0;
  tasks.start("busy", 0, () => {
    runs++;
    return 0;
  });
  const sleeps: number[] = [];
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (ms, signal) => {
    sleeps.push(ms);
    return sleep(ms, signal);
  };
  tasks.start("never", 0, () => Number.MAX_SAFE_INTEGER);
  await clock.advance(3);
  assertEquals(runs, 4);
  assertEquals(Math.max(...sleeps), 2 ** 31 - 1);
  await tasks.stop();
});

Deno.test("stopping waits for the task that is under way", async () => {
  const { clock, logger } = manualEnv();
  const tasks = new PeriodicTasks(clock, logger);
  let ended = false;
  tasks.start("slow", 0, async () => {
    await clock.sleep(50);
    ended = true;
    return 1;
  });
  await clock.advance(10);
  const stopped = tasks.stop().then(() => ended);
  await clock.advance(50);
  assertEquals(await stopped, true);
});

import { assertEquals, assertRejects } from "@std/assert";
import {
  type DirectoryJobs,
  loadInSlices,
  runInSlices,
} from "../../../storage/log_manager/log_loading.ts";
import { manualEnv } from "../../support/manual_env.ts";

function jobs(directory: string, slices: Record<string, number>, order: string[]): DirectoryJobs {
  return {
    directory,
    jobs: Object.entries(slices).map(([name, count]) => () => ({
      name,
      work: (function* () {
        for (let i = 0; i < count; i++) {
          order.push(name);
          yield { bytes: 10 };
        }
        order.push(`${name}.`);
      })(),
    })),
  };
}

Deno.test("the logs of a directory take turns, as many as are allowed, and so do directories", () => {
  const order: string[] = [];
  const work = loadInSlices(
    [jobs("/d1", { a: 2, b: 1, c: 1 }, order), jobs("/d2", { x: 3 }, order)],
    2,
  );
  const progress = [...work];
  assertEquals(order, ["a", "b", "x", "a", "b.", "x", "a.", "c", "x", "c.", "x."]);
  const done = progress.filter((step) => step.done).map((step) =>
    `${step.directory} ${step.log} ${step.remainingLogs}/${step.totalLogs}`
  );
  assertEquals(done, ["/d1 b 2/3", "/d1 a 1/3", "/d1 c 0/3", "/d2 x 0/1"]);
  assertEquals(progress.reduce((sum, { bytes }) => sum + bytes, 0), 70);
});

Deno.test("a directory without logs is done at once", () => {
  assertEquals([...loadInSlices([jobs("/d1", {}, [])], 2)], []);
});

Deno.test("sliced work gives way when a stretch has lasted some milliseconds", async () => {
  const { clock } = manualEnv();
  let time = 0;
  let yields = 0;
  const counting = {
    now: () => clock.now(),
    monotonic: () => time,
    sleep: (ms: number, signal?: AbortSignal) => {
      yields++;
      return clock.sleep(ms, signal);
    },
  };
  const work = (function* () {
    for (let i = 0; i < 40; i++) {
      time += 1;
      yield i;
    }
    return "done";
  })();
  assertEquals(await runInSlices(work, counting), "done");
  assertEquals(yields, 5);
});

Deno.test("an abort ends sliced work where it gives way", async () => {
  const { clock } = manualEnv();
  const abort = new AbortController();
  let time = 0;
  const work = (function* () {
    for (;;) {
      time += 100;
      yield;
    }
  })();
  abort.abort(new Error("enough"));
  await assertRejects(
    () =>
      runInSlices(
        work,
        { now: () => 0, monotonic: () => time, sleep: (ms, signal) => clock.sleep(ms, signal) },
        undefined,
        abort.signal,
      ),
    Error,
    "enough",
  );
});

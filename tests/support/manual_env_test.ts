import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { manualEnv, SeededRandom } from "./manual_env.ts";

Deno.test("sleepers wake in the order of their times, each at its own", async () => {
  const { clock } = manualEnv({ now: 1000 });
  const woken: [string, number][] = [];
  const sleep = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push([name, clock.now()]);
  };
  sleep("late", 300);
  sleep("early", 100);
  sleep("same as early", 100);
  await clock.advance(99);
  assertEquals(woken, []);
  await clock.advance(101);
  assertEquals(woken, [["early", 1100], ["same as early", 1100]]);
  assertEquals([clock.now(), clock.monotonic(), clock.sleeping], [1200, 200, 1]);
  await clock.advance(1000);
  assertEquals(woken.at(-1), ["late", 1300]);
});

Deno.test("a loop runs as often as it would while time passes", async () => {
  const { clock } = manualEnv();
  let turns = 0;
  const stop = new AbortController();
  const loop = (async () => {
    while (true) {
      await clock.sleep(10, stop.signal);
      await clock.sleep(0);
      turns++;
    }
  })();
  await clock.advance(100);
  assertEquals(turns, 10);
  stop.abort(new Error("enough"));
  await assertRejects(() => loop, Error, "enough");
  assertEquals(clock.sleeping, 0);
  await assertRejects(() => clock.sleep(1, stop.signal), Error, "enough");
});

Deno.test("the wall clock may be set; nobody wakes, and monotonic time stands", () => {
  const { clock } = manualEnv();
  clock.sleep(10);
  clock.set(5);
  assertEquals([clock.now(), clock.monotonic(), clock.sleeping], [5, 0, 1]);
});

Deno.test("the same seed gives the same numbers, another one others", () => {
  const numbers = (seed: number) => {
    const random = new SeededRandom(seed);
    return [random.next(), random.next(), ...random.bytes(4), random.below(100)];
  };
  assertEquals(numbers(5), numbers(5));
  assertNotEquals(numbers(5), numbers(6));
  assertNotEquals(numbers(5), numbers(5 + 2 ** 32));
  const random = new SeededRandom(0);
  const counts = new Array(10).fill(0);
  for (let i = 0; i < 10_000; i++) counts[random.below(10)]++;
  assertEquals(counts.every((count) => count > 850 && count < 1150), true, `${counts}`);
});

Deno.test("log lines are kept", () => {
  const { logger, fileSystem, clock } = manualEnv({ now: 77 });
  logger.write("warn", "Cut the torn tail", { offset: 5 });
  assertEquals(logger.lines, [{
    level: "warn",
    message: "Cut the torn tail",
    fields: { offset: 5 },
  }]);
  assertEquals([logger.matching("torn").length, logger.matching("torn", "info").length], [1, 0]);
  fileSystem.open("/a", { create: true }).close();
  assertEquals(fileSystem.stat("/a")?.modifiedMs, clock.now());
});

import { assert, assertEquals } from "@std/assert";
import { type DelayedOperation, Purgatory } from "../../../cluster/server/purgatory.ts";
import { ManualClock, SeededRandom } from "../../support/manual_env.ts";

class TestOperation implements DelayedOperation {
  ready = false;
  looks = 0;
  outcome: "waiting" | "completed" | "expired" = "waiting";
  endedAt = -1;

  constructor(readonly clock: ManualClock) {}

  canComplete(): boolean {
    this.looks++;
    return this.ready;
  }

  complete(expired: boolean): void {
    assertEquals(this.outcome, "waiting", "an operation ends once");
    this.outcome = expired ? "expired" : "completed";
    this.endedAt = this.clock.monotonic();
  }
}

function open(purgeInterval = 1000) {
  const clock = new ManualClock();
  const purgatory = new Purgatory<string>({ clock, purgeInterval: () => purgeInterval });
  const operation = () => new TestOperation(clock);
  return { clock, purgatory, operation };
}

Deno.test("what can be answered at once does not wait", () => {
  const { purgatory, operation, clock } = open();
  const ready = operation();
  ready.ready = true;
  assert(purgatory.tryCompleteElseWatch(ready, ["a"], 100));
  assertEquals([ready.outcome, purgatory.delayed, purgatory.watched], ["completed", 0, 0]);
  assertEquals(clock.sleeping, 0, "and no timer is set");
});

Deno.test("an event answers what waits for its key and can be answered, and looks at nothing else", () => {
  const { purgatory, operation } = open();
  const [a, b, both] = [operation(), operation(), operation()];
  purgatory.tryCompleteElseWatch(a!, ["a"], 100);
  purgatory.tryCompleteElseWatch(b!, ["b"], 100);
  purgatory.tryCompleteElseWatch(both!, ["a", "b"], 100);
  for (const one of [a!, b!, both!]) one.ready = true;
  both!.ready = false;
  assertEquals(purgatory.checkAndComplete("a"), 1);
  assertEquals([a!.outcome, b!.outcome, both!.outcome], ["completed", "waiting", "waiting"]);
  assertEquals(b!.looks, 1);
  both!.ready = true;
  assertEquals(purgatory.checkAndComplete("b"), 2);
  assertEquals(purgatory.checkAndComplete("a"), 0);
  assertEquals([purgatory.delayed, purgatory.watched], [0, 0]);
  assertEquals(purgatory.checkAndComplete("nobody waits for this"), 0);
  purgatory.shutdown();
});

Deno.test("an operation whose time is up ends as expired, at its time, in the order of the deadlines", async () => {
  const { purgatory, operation, clock } = open();
  const [slow, fast] = [operation(), operation()];
  purgatory.tryCompleteElseWatch(slow!, ["a"], 300);
  purgatory.tryCompleteElseWatch(fast!, ["a"], 100);
  assertEquals(clock.sleeping, 1, "one timer, for the earliest");
  await clock.advance(99);
  assertEquals(fast!.outcome, "waiting");
  await clock.advance(1);
  assertEquals([fast!.outcome, fast!.endedAt], ["expired", 100]);
  await clock.advance(1000);
  assertEquals([slow!.outcome, slow!.endedAt], ["expired", 300]);
  assertEquals([purgatory.delayed, clock.sleeping], [0, 0], "no timer runs when nothing waits");
});

Deno.test("an operation that was answered does not expire", async () => {
  const { purgatory, operation, clock } = open();
  const one = operation();
  purgatory.tryCompleteElseWatch(one, ["a"], 100);
  one.ready = true;
  purgatory.checkAndComplete("a");
  await clock.advance(500);
  assertEquals([one.outcome, one.endedAt], ["completed", 0]);
  assertEquals(clock.sleeping, 0);
});

Deno.test("no time to wait is an answer at once", () => {
  const { purgatory, operation } = open();
  const one = operation();
  assert(purgatory.tryCompleteElseWatch(one, ["a"], 0));
  assertEquals(one.outcome, "expired");
});

Deno.test("answered operations go from the lists of quiet keys once more than the purge interval are there", () => {
  const { purgatory, operation } = open(10);
  for (let i = 0; i < 11; i++) {
    const one = operation();
    purgatory.tryCompleteElseWatch(one, ["busy", "quiet"], 100);
    one.ready = true;
    purgatory.checkAndComplete("busy");
    assert(purgatory.watched <= 11, `watched: ${purgatory.watched}`);
  }
  const last = operation();
  purgatory.tryCompleteElseWatch(last, ["busy", "quiet"], 100);
  assertEquals([purgatory.delayed, purgatory.watched], [1, 2]);
  purgatory.shutdown();
});

Deno.test("shutting down answers all that wait, and lets nothing wait any more", async () => {
  const { purgatory, operation, clock } = open();
  const [one, late] = [operation(), operation()];
  purgatory.tryCompleteElseWatch(one!, ["a"], 100);
  purgatory.shutdown();
  assertEquals(one!.outcome, "expired");
  assert(purgatory.tryCompleteElseWatch(late!, ["a"], 100));
  assertEquals(late!.outcome, "expired");
  await clock.advance(1000);
  assertEquals([purgatory.delayed, clock.sleeping], [0, 0]);
});

Deno.test("any history: each operation ends once, at the first event of its keys at which it can, or at its deadline", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = new SeededRandom(seed);
    const { purgatory, operation, clock } = open(1 + random.below(20));
    const keys = ["a", "b", "c", "d"];
    const waiting = new Map<TestOperation, { keys: readonly string[]; deadline: number }>();
    const expire = () => {
      for (const [one, { deadline }] of waiting) {
        if (deadline > clock.monotonic()) continue;
        assertEquals([one.outcome, one.endedAt], ["expired", deadline], `seed ${seed}`);
        waiting.delete(one);
      }
    };
    for (let step = 0; step < 200; step++) {
      const choice = random.below(4);
      if (choice === 0) {
        const one = operation();
        const own = keys.filter(() => random.chance(0.5));
        const timeoutMs = 1 + random.below(60);
        purgatory.tryCompleteElseWatch(one, own, timeoutMs);
        waiting.set(one, { keys: own, deadline: clock.monotonic() + timeoutMs });
      } else if (choice === 1 && waiting.size > 0) {
        random.pick([...waiting.keys()]).ready = true;
      } else if (choice === 2) {
        const key = random.pick(keys);
        const expected = [...waiting].filter(([one, own]) => one.ready && own.keys.includes(key));
        assertEquals(purgatory.checkAndComplete(key), expected.length, `seed ${seed}`);
        for (const [one] of expected) {
          assertEquals(one.outcome, "completed");
          waiting.delete(one);
        }
      } else {
        await clock.advance(random.below(15));
        expire();
      }
      assertEquals(purgatory.delayed, waiting.size, `seed ${seed}`);
      for (const one of waiting.keys()) assertEquals(one.outcome, "waiting");
      assert(clock.sleeping <= 1);
    }
    purgatory.shutdown();
    await clock.advance(1);
    assertEquals(clock.sleeping, 0);
  }
});

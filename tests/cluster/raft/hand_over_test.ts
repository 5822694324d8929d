import { assertEquals } from "@std/assert";
import { HandOver } from "../../../cluster/raft/hand_over.ts";
import { ManualClock } from "../../support/manual_env.ts";
import { RecordedSteps } from "./recorded_steps.ts";

function handOver(isOnlyVoter = false) {
  const clock = new ManualClock();
  const steps = new RecordedSteps();
  const node = { isDispensable: false, isOnlyVoter };
  const own = new HandOver({ clock, node, steps, timeoutMs: 5000 });
  let isOver = false;
  const run = () => own.run().then(() => isOver = true);
  return { clock, steps, node, own, run, isOver: () => isOver };
}

Deno.test("it is over once somebody else leads, and nothing sleeps on", async () => {
  const { clock, steps, node, own, run, isOver } = handOver();
  const done = run();
  assertEquals(steps.inputs, [{ type: "shutdown" }]);
  own.stepped();
  await clock.advance(4999);
  assertEquals(isOver(), false);
  node.isDispensable = true;
  own.stepped();
  await done;
  assertEquals(clock.sleeping, 0);
});

Deno.test("it is over when its time is, whoever leads", async () => {
  const { clock, run, isOver } = handOver();
  const done = run();
  await clock.advance(5000);
  assertEquals(isOver(), true);
  await done;
});

Deno.test("the only voter has nobody to wait for", async () => {
  const { steps, run } = handOver(true);
  await run();
  assertEquals(steps.inputs, []);
});

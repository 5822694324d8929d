import { assertEquals } from "@std/assert";
import { Output, Reply } from "../../../cluster/coordinator/coordinator_shard.ts";

Deno.test("an output has what an operation puts into it, in order", () => {
  const out = new Output<number, string>();
  const [one, other] = [new Reply<string>(), new Reply<number>()];
  out.append(1, 2);
  out.append(3);
  out.answer(one, "done");
  out.fail(other, "NOT_COORDINATOR");
  out.fail(other, "INVALID_REQUEST", "why");
  out.effects.push("ring");
  assertEquals(out.records, [1, 2, 3]);
  assertEquals(out.answers, [
    { reply: one, response: "done" },
    { reply: other, error: "NOT_COORDINATOR" },
    { reply: other, error: "INVALID_REQUEST", message: "why" },
  ]);
  assertEquals(out.effects, ["ring"]);
});

Deno.test("what was said last about a timer counts", () => {
  const out = new Output<number>();
  out.setTimer("a", 10);
  out.cancelTimer("a");
  out.cancelTimer("b");
  out.setTimer("b", 20);
  assertEquals([...out.timers], [["a", undefined], ["b", 20]]);
});

import { assertEquals } from "@std/assert";
import { Output, Reply } from "../../../cluster/coordinator/coordinator_shard.ts";
import { DeferredEventQueue } from "../../../cluster/coordinator/deferred_event_queue.ts";

/** An output with one answer, and perhaps an effect. */
function output(response: number, effect?: string): Output<never, string> {
  const out = new Output<never, string>();
  out.answer(new Reply<number>(), response);
  if (effect !== undefined) out.effects.push(effect);
  return out;
}

function responses(answers: Output<never, string>["answers"]): unknown[] {
  return answers.map((answer) => "response" in answer ? answer.response : answer.error);
}

Deno.test("outputs are taken in their order, when everything before their offset is committed", () => {
  const queue = new DeferredEventQueue<never, string>();
  const outputs = [output(1), output(2), output(3)];
  outputs.forEach((out, i) => queue.add(10 * (i + 1), 100, out));
  assertEquals(queue.takeCommitted(9), undefined);
  assertEquals(queue.takeCommitted(20), outputs[0]);
  assertEquals(queue.takeCommitted(20), outputs[1]);
  assertEquals([queue.takeCommitted(20), queue.isEmpty], [undefined, false]);
  assertEquals(queue.takeCommitted(30), outputs[2]);
  assertEquals([queue.takeCommitted(30), queue.isEmpty], [undefined, true]);
});

Deno.test("a queue that is never empty takes and gives for ever", () => {
  const queue = new DeferredEventQueue<never, string>();
  const taken: number[] = [];
  for (let i = 0; i < 1000; i++) {
    queue.add(i, 100, output(i));
    queue.add(i, 100, output(i));
    const out = queue.takeCommitted(i);
    taken.push(responses(out!.answers)[0] as number);
  }
  assertEquals(taken, Array.from({ length: 1000 }, (_, i) => Math.floor(i / 2)));
  assertEquals(responses(queue.takeAll()).length, 1000);
});

Deno.test("who waits for too long is told apart from the others", () => {
  const queue = new DeferredEventQueue<never, string>();
  [output(1), output(2), output(3)].forEach((out, i) => queue.add(5, 100 + i, out));
  assertEquals(queue.deadline, 100);
  assertEquals(responses(queue.takeExpired(101)), [1, 2]);
  assertEquals(queue.deadline, 102);
  assertEquals(responses(queue.takeExpired(101)), []);
  assertEquals(responses(queue.takeCommitted(5)!.answers), [3]);
});

Deno.test("effects of what has waited too long stay until its records are committed", () => {
  const queue = new DeferredEventQueue<never, string>();
  queue.add(5, 100, output(1, "ring"));
  assertEquals(responses(queue.takeExpired(100)), [1]);
  assertEquals([queue.isEmpty, queue.deadline], [false, undefined]);
  const out = queue.takeCommitted(5)!;
  assertEquals([out.answers, out.effects], [[], ["ring"]]);
});

Deno.test("all answers can be taken, and nothing is left then", () => {
  const queue = new DeferredEventQueue<never, string>();
  [output(1), output(2, "ring"), output(3)].forEach((out) => queue.add(5, 100, out));
  queue.takeCommitted(5);
  assertEquals(responses(queue.takeAll()), [2, 3]);
  assertEquals([queue.isEmpty, queue.takeCommitted(5)], [true, undefined]);
});

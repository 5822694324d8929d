import { assert, assertEquals } from "@std/assert";
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

Deno.test("effects of what has waited too long come before what came later", () => {
  const queue = new DeferredEventQueue<never, string>();
  [output(1, "one"), output(2), output(3, "three"), output(4, "four")].forEach((out, i) =>
    queue.add(10 * (i + 1), 100 + i, out)
  );
  assertEquals(responses(queue.takeExpired(102)), [1, 2, 3]);
  assertEquals([queue.deadline, queue.takeCommitted(9)], [103, undefined]);
  assertEquals(queue.takeCommitted(30)?.effects, ["one"]);
  assertEquals(queue.takeCommitted(30)?.effects, ["three"]);
  assertEquals(queue.takeCommitted(30), undefined);
  assertEquals(queue.takeCommitted(40)?.effects, ["four"]);
  assertEquals(queue.isEmpty, true);
});

Deno.test("nobody is refused before those who came earlier, even if they are to wait less long", () => {
  const queue = new DeferredEventQueue<never, string>();
  queue.add(1, 100, output(1));
  queue.add(2, 50, output(2));
  assertEquals([queue.deadline, responses(queue.takeExpired(99))], [100, []]);
  assertEquals(responses(queue.takeExpired(100)), [1, 2]);
  // When they are gone, a shorter time counts.
  queue.add(3, 120, output(3));
  assertEquals(responses(queue.takeExpired(120)), [3]);
});

Deno.test("answers that are refused are not given again when everything is taken", () => {
  const queue = new DeferredEventQueue<never, string>();
  queue.add(1, 100, output(1, "ring"));
  queue.add(2, 200, output(2));
  assertEquals(responses(queue.takeExpired(100)), [1]);
  assertEquals(responses(queue.takeAll()), [2]);
  assertEquals([queue.isEmpty, queue.deadline, queue.takeCommitted(9)], [
    true,
    undefined,
    undefined,
  ]);
});

Deno.test("who expires costs as much as those who do, not as those who wait", () => {
  const queue = new DeferredEventQueue<never, string>();
  const count = 20_000;
  for (let i = 0; i < count; i++) queue.add(i, 100 + i, output(i, "ring"));
  const startedAt = performance.now();
  for (let i = 0; i < count; i++) {
    assertEquals(queue.takeExpired(100 + i).length, 1);
    assertEquals(queue.deadline, i + 1 < count ? 101 + i : undefined);
  }
  // Looking at all of them each time takes minutes.
  assert(performance.now() - startedAt < 5000);
});

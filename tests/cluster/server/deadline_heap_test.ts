import { assert, assertEquals } from "@std/assert";
import { DeadlineHeap, type Due } from "../../../cluster/server/deadline_heap.ts";
import { SeededRandom } from "../../support/manual_env.ts";

function due(deadline: number): Due {
  return { deadline, heapIndex: -1 };
}

Deno.test("what is due first comes first, and nothing that is not due comes", () => {
  const heap = new DeadlineHeap<Due>();
  for (const deadline of [5, 1, 3, 9, 1]) heap.add(due(deadline));
  const popped: number[] = [];
  for (let item; (item = heap.popDue(5)) !== undefined;) popped.push(item.deadline);
  assertEquals(popped, [1, 1, 3, 5]);
  assertEquals([heap.size, heap.first?.deadline], [1, 9]);
});

Deno.test("taking out what is not in does nothing", () => {
  const heap = new DeadlineHeap<Due>();
  const item = due(1);
  heap.remove(item);
  heap.add(item);
  heap.remove(item);
  heap.remove(item);
  assertEquals([heap.size, item.heapIndex], [0, -1]);
});

Deno.test("any sequence of adding, taking out and popping agrees with a sorted list", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new SeededRandom(seed);
    const heap = new DeadlineHeap<Due>();
    const model = new Set<Due>();
    for (let step = 0; step < 300; step++) {
      const choice = random.below(4);
      if (choice < 2 || model.size === 0) {
        const item = due(random.below(50));
        heap.add(item);
        model.add(item);
      } else if (choice === 2) {
        const item = random.pick([...model]);
        heap.remove(item);
        model.delete(item);
      } else {
        const now = random.below(50);
        const least = Math.min(...[...model].map(({ deadline }) => deadline));
        const item = heap.popDue(now);
        assertEquals(item?.deadline, least <= now ? least : undefined, `seed ${seed}`);
        if (item !== undefined) assert(model.delete(item));
      }
      assertEquals(heap.size, model.size);
      heap.values().forEach((item, i) => assertEquals(item.heapIndex, i));
    }
  }
});

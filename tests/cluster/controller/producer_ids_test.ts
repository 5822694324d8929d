import { assertEquals, assertRejects } from "@std/assert";
import { ProducerIds } from "../../../cluster/controller/producer_ids.ts";

Deno.test("ids come in order, and one block is asked for at a time", async () => {
  let asked = 0;
  const ids = new ProducerIds(() => Promise.resolve({ firstProducerId: 100 * asked++, size: 2 }));
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => ids.next()));
  assertEquals(all.sort((a, b) => a - b), [0, 1, 100, 101, 200]);
  assertEquals(asked, 3);
});

Deno.test("a controller that fails is asked again by the next one", async () => {
  let asked = 0;
  const ids = new ProducerIds(() =>
    asked++ === 0
      ? Promise.reject(new Error("away"))
      : Promise.resolve({ firstProducerId: 5, size: 1 })
  );
  await assertRejects(() => ids.next(), Error, "away");
  assertEquals(await ids.next(), 5);
});

import { assertEquals } from "@std/assert";
import { KeyMap } from "../../../client/admin/key_map.ts";

const textOf = ({ name }: { readonly name: string }) => name;

Deno.test("two objects that name the same are one key, and the first object stays", () => {
  const first = { name: "a" };
  const map = new KeyMap(textOf, [[first, 1], [{ name: "b" }, 2], [{ name: "a" }, 3]]);
  assertEquals(map.size, 2);
  assertEquals(map.get({ name: "a" }), 3);
  assertEquals([...map.keys()][0] === first, true);
  assertEquals([...map.values()], [3, 2]);
  assertEquals([...map], [...map.entries()]);
});

Deno.test("what is taken out is gone", () => {
  const map = new KeyMap<{ name: string }, number>(textOf, [[{ name: "a" }, 1]]);
  assertEquals([map.delete({ name: "a" }), map.delete({ name: "a" })], [true, false]);
  assertEquals([map.has({ name: "a" }), map.get({ name: "a" }), map.size], [false, undefined, 0]);
  assertEquals(map.textOf({ name: "x" }), "x");
});

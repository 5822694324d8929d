import { assertEquals } from "@std/assert";
import { OpenNames } from "../../../storage/file/open_names.ts";

Deno.test("a name follows renames of itself and of what is above it", () => {
  const names = new OpenNames<string>();
  const name = names.add("/a/b/c", "holder");
  names.rename("/a/b/c", "/a/b/d");
  assertEquals(name.path, "/a/b/d");
  names.rename("/a", "/x");
  assertEquals(name.path, "/x/b/d");
  names.rename("/x/b", "/y/z");
  assertEquals(name.path, "/y/z/d");
  assertEquals([...names.find("/y")!.holdersBelow()], ["holder"]);
  assertEquals(names.find("/x/b"), undefined);
});

Deno.test("a name that is removed, or taken by another, is lost with its last path", () => {
  const names = new OpenNames<number>();
  const [a, b, c] = [names.add("/d/a", 1), names.add("/d/b", 2), names.add("/d/e/c", 3)];
  names.rename("/d/a", "/d/b");
  assertEquals([a.path, a.lostPath], ["/d/b", undefined]);
  assertEquals([b.path, b.lostPath], ["/d/b", "/d/b"]);
  names.remove("/d");
  assertEquals([a.lostPath, c.lostPath], ["/d/b", "/d/e/c"]);
  const again = names.add("/d/b", 4);
  assertEquals([...again.holders], [4]);
});

Deno.test("a rename of something that is not open takes the target's name all the same", () => {
  const names = new OpenNames<number>();
  const target = names.add("/d/b", 1);
  names.rename("/d/a", "/d/b");
  assertEquals(target.lostPath, "/d/b");
});

Deno.test("a rename onto itself changes nothing", () => {
  const names = new OpenNames<number>();
  const name = names.add("/d/b", 1);
  names.rename("/d/b", "/d//./b");
  assertEquals([name.path, name.lostPath], ["/d/b", undefined]);
});

Deno.test("names are forgotten with their last holder", () => {
  const names = new OpenNames<number>();
  const name = names.add("/d/e/f", 1);
  const twin = names.add("/d/e/f", 2);
  names.delete(name, 1);
  assertEquals([...names.find("/d")!.holdersBelow()], [2]);
  names.delete(twin, 2);
  assertEquals(names.find("/d"), undefined);
});

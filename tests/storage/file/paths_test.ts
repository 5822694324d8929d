import { assertEquals } from "@std/assert";
import { fileName, joinPath, parentPath, pathSegments } from "../../../storage/file/paths.ts";

Deno.test("a path is put together and taken apart", () => {
  assertEquals([joinPath("/a", "b"), joinPath("/", "b"), joinPath("a/", "b")], [
    "/a/b",
    "/b",
    "a/b",
  ]);
  assertEquals([parentPath("/a/b"), parentPath("/a"), parentPath("a")], ["/a", "/", "."]);
  assertEquals([fileName("/a/b"), fileName("b"), fileName("/a/")], ["b", "b", ""]);
});

Deno.test("dots and doubled slashes mean nothing, two dots go up", () => {
  assertEquals(pathSegments("/a//./b/../c/"), ["a", "c"]);
  assertEquals(pathSegments("../a"), ["a"]);
  assertEquals(pathSegments("/"), []);
});

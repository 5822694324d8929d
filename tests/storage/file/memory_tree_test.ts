import { assertEquals, assertThrows } from "@std/assert";
import { LogDirError } from "../../../storage/errors.ts";
import { MemoryContent } from "../../../storage/file/memory_content.ts";
import { FileNode, MemoryTree, pathOf } from "../../../storage/file/memory_tree.ts";

Deno.test("a node knows where it is, and where it was once its name is gone", () => {
  const tree = new MemoryTree(() => 5);
  tree.makeDirectory("/a/b");
  const { directory, name } = tree.slot("open", "/a/b/file");
  const node = new FileNode(new MemoryContent(), 5);
  tree.link(directory, name, node);
  assertEquals([pathOf(node), tree.find("a/./b/../b/file") === node], ["/a/b/file", true]);
  tree.rename("/a", "/c");
  assertEquals(pathOf(node), "/c/b/file");
  tree.unlink(node);
  tree.unlink(node);
  assertEquals([pathOf(node), tree.find("/c/b/file")], ["/c/b/file", undefined]);
});

Deno.test("nothing can be made at the top, or below a file", () => {
  const tree = new MemoryTree(() => 0);
  assertThrows(() => tree.slot("open", "/"), LogDirError, "EISDIR");
  tree.link(tree.root, "file", new FileNode(new MemoryContent(), 0));
  assertThrows(() => tree.slot("open", "/file/x"), LogDirError, "ENOTDIR");
  assertThrows(() => tree.slot("open", "/file/x/y"), LogDirError, "ENOTDIR");
  assertThrows(() => tree.makeDirectory("/file/x"), LogDirError, "EEXIST");
});

import { assertEquals } from "@std/assert";
import { listFiles } from "../../../../storage/cli/dump/file_list.ts";
import { filenamePrefixFromOffset } from "../../../../storage/file/file_names.ts";
import { memoryWith } from "../cli_support.ts";

const name = (offset: number, suffix = ".log") => filenamePrefixFromOffset(offset) + suffix;

const fileSystem = memoryWith({
  [`/d/a-0/${name(0)}`]: "",
  [`/d/a-0/${name(0, ".index")}`]: "",
  [`/d/a-0/${name(10)}`]: "",
  [`/d/a-0/${name(20)}`]: "",
  [`/d/b-0/${name(0)}`]: "",
  "/d/server.log": "",
});

Deno.test("a file stands for itself, whether it is there or not", () => {
  assertEquals(listFiles(fileSystem, ["x//y.log", "", "/d/server.log"], false, -Infinity), {
    files: ["x/y.log", "", "/d/server.log"],
    hasDirectory: false,
  });
});

Deno.test("a directory stands for the segments in and below it, in order", () => {
  assertEquals(listFiles(fileSystem, ["/d/"], false, -Infinity), {
    files: [
      `/d/a-0/${name(0)}`,
      `/d/a-0/${name(10)}`,
      `/d/a-0/${name(20)}`,
      `/d/b-0/${name(0)}`,
    ],
    hasDirectory: true,
  });
  assertEquals(listFiles(fileSystem, ["/d"], true, -Infinity).files, [
    `/d/a-0/${name(0, ".index")}`,
  ]);
});

Deno.test("segments that end below the wanted offset are left out", () => {
  assertEquals(listFiles(fileSystem, ["/d"], false, 10).files, [
    `/d/a-0/${name(10)}`,
    `/d/a-0/${name(20)}`,
    `/d/b-0/${name(0)}`,
  ]);
});

import { assertEquals } from "@std/assert";
import { prettyTable } from "../../../client/cli/pretty_table.ts";

Deno.test("columns are as wide as their widest value, and end with a tab", () => {
  assertEquals(prettyTable(["Id", "Name"], [["1", "a long name"], ["200", "b"]]), [
    "Id \tName       \t",
    "1  \ta long name\t",
    "200\tb          \t",
  ]);
  assertEquals(prettyTable(["Id"], []), ["Id\t"]);
});

import { assertEquals } from "@std/assert";
import { usageText } from "../../../storage/cli/usage_text.ts";

Deno.test("options stand in alphabetical order in two columns of 80 characters at most", () => {
  const text = usageText([
    {
      name: "b",
      description:
        "Breaks behind a hyphen-ated word and in org.apache.kafka.tools once it is too long.",
    },
    {
      name: "a",
      description: "Short.",
      argument: "required",
      type: "Integer",
      describedAs: "size",
      defaultsTo: "1",
    },
    { name: "ours", description: "Not shown.", isOurs: true },
  ]);
  assertEquals(text.split("\n"), [
    "Option               Description                                              ",
    "------               -----------                                              ",
    "--a <Integer: size>  Short. (default: 1)                                      ",
    "--b                  Breaks behind a hyphen-ated word and in org.apache.kafka.",
    "                       tools once it is too long.                             ",
  ]);
});

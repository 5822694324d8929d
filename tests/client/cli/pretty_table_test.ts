import { assertEquals } from "@std/assert";
import { type Cell, prettyTable, printTable } from "../../../client/cli/pretty_table.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("columns are as wide as their widest value, and end with a tab", () => {
  assertEquals(prettyTable(["Id", "Name"], [["1", "a long name"], ["200", "b"]]), [
    "Id \tName       \t",
    "1  \ta long name\t",
    "200\tb          \t",
  ]);
  assertEquals(prettyTable(["Id"], []), ["Id\t"]);
});

Deno.test("a table is printed, or as JSON with numbers as numbers", () => {
  const printed = (isJson: boolean) => {
    let stdout = "";
    const output = new LineOutput({
      env: manualEnv(),
      stdout: (text) => void (stdout += text),
      stderr: () => {},
    });
    const row: Cell[] = [7, null, [{ topic: "t", partition: 0 }, { topic: "t", partition: 1 }]];
    printTable(["ProducerId", "Duration(min)", "TopicPartitions"], [row], isJson, output);
    output.flush();
    return stdout;
  };
  assertEquals(
    printed(false),
    "ProducerId\tDuration(min)\tTopicPartitions\t\n7         \tNone         \tt-0,t-1        \t",
  );
  assertEquals(JSON.parse(printed(true)), [{
    producerId: 7,
    durationMinutes: null,
    topicPartitions: [{ topic: "t", partition: 0 }, { topic: "t", partition: 1 }],
  }]);
});

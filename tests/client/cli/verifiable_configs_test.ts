import { assertEquals, assertThrows } from "@std/assert";
import {
  ArgumentExit,
  parseArguments,
  type ToolDefinition,
} from "../../../storage/cli/argument_parser.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { verifiableConfigs } from "../../../client/cli/verifiable_configs.ts";
import { manualEnv } from "../../support/manual_env.ts";

const TOOL: ToolDefinition = {
  program: "tool",
  usage: "usage: tool",
  help: "",
  commands: [],
  options: [
    { flags: ["--old.config"], action: "store" },
    { flags: ["--command-config"], action: "store" },
  ],
};

Deno.test("configs come from a file, which has an option and an old one", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/configs");
  writeTextFile(env.fileSystem, "/configs/my.properties", "acks=1\n");
  const printed: string[] = [];
  const io = {
    env,
    workingDirectory: "/configs",
    stdout: (text: string) => void printed.push(text),
    stderr: () => {},
  };
  const configs = (...args: string[]) => {
    const output = new LineOutput(io);
    const parsed = parseArguments(TOOL, args, () => undefined);
    try {
      return verifiableConfigs(TOOL, parsed, "old.config", io, output);
    } finally {
      output.flush();
    }
  };
  assertEquals(configs(), {});
  assertEquals(configs("--command-config", "my.properties"), { acks: "1" });
  assertEquals(printed, []);
  assertEquals(configs("--old.config", "my.properties"), { acks: "1" });
  assertEquals(printed, [
    "Option --old.config has been deprecated and will be removed in a future version. Use --command-config instead.",
  ]);
  const problem = (...args: string[]) => assertThrows(() => configs(...args), ArgumentExit).problem;
  assertEquals(problem("--old.config", "none"), "none");
  assertEquals(
    problem("--old.config", "a", "--command-config", "b"),
    "Options --old.config and --command-config are mutually exclusive.",
  );
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CLIENT_TOOLS } from "../../../client/cli/tools.ts";
import { CLUSTER_TOOLS } from "../../../cluster/cli/tools.ts";
import { withCompletion } from "../../../storage/cli/completion_tool.ts";
import { STORAGE_TOOLS } from "../../../storage/cli/tools.ts";
import { manualEnv } from "../../support/manual_env.ts";

const TOOLS = withCompletion([...CLUSTER_TOOLS, ...CLIENT_TOOLS, ...STORAGE_TOOLS]);

async function run(name: string, ...args: readonly string[]) {
  let [stdout, stderr] = ["", ""];
  const status = await TOOLS.find((tool) => tool.name === name)!.run(args, {
    env: manualEnv(),
    stdout: (text) => void (stdout += `${text}\n`),
    stderr: (text) => void (stderr += `${text}\n`),
  });
  return { status, stdout, stderr };
}

Deno.test("each shell gets a script that has every tool, this one too", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { status, stdout, stderr } = await run("completion", shell);
    assertEquals([status, stderr], [0, ""]);
    for (const { name } of TOOLS) assertStringIncludes(stdout, name);
  }
});

Deno.test("other shells, and none, get the usage", async () => {
  for (const args of [[], ["csh"], ["bash", "zsh"]]) {
    const { status, stdout, stderr } = await run("completion", ...args);
    assertEquals([status, stdout], [1, ""]);
    assertStringIncludes(stderr, "Usage: seglog completion bash | zsh | fish");
  }
  assertEquals(await run("completion", "--shell"), {
    status: 1,
    stdout: "",
    stderr: "shell is not a recognized option\n",
  });
  assertEquals((await run("completion", "--help")).status, 0);
});

Deno.test("every flag that a tool's help has is completed", async (t) => {
  for (const { name, commandLine } of TOOLS) {
    await t.step(name, async () => {
      const { flags, commands } = await commandLine();
      const known = [flags, ...commands.values()].flat().map((flag) => flag.name);
      const calls = [[], ...Array.from(commands.keys(), (command) => [command])];
      for (const call of calls) {
        const { stdout, stderr } = await run(name, ...call, "--help");
        for (const [, flag] of `${stdout}${stderr}`.matchAll(/^ *(--\w[\w.-]*)(?=[ :,\[\n]|$)/gm)) {
          assert(known.includes(flag!), `${flag} of ${name} ${call}`);
        }
      }
    });
  }
});

import { assertEquals } from "@std/assert";
import { commandOf } from "../../interop/support/cli_fixtures.ts";
import { runTool } from "../../support/cli.ts";
import { manualEnv } from "../../support/manual_env.ts";

const fixtures = new URL("../../fixtures/cli-help/", import.meta.url);
const NOWHERE = {
  bootstrap: "localhost:1",
  controller: "localhost:2",
  directory: "/",
  directoryId: "",
  clusterId: "",
};

Deno.test("the help of every tool and command is what Apache Kafka's tools print", async (t) => {
  for await (const { name } of Deno.readDir(fixtures)) {
    await t.step(name, async () => {
      const fixture = await Deno.readTextFile(new URL(name, fixtures));
      const { tool, args } = commandOf(fixture, NOWHERE);
      const { code, stdout, stderr } = await runTool(tool, args, { env: manualEnv() });
      const printed = `${stdout}${stderr === "" ? "" : `[stderr]\n${stderr}`}[rc] ${code}\n`;
      assertEquals(printed, fixture.slice(fixture.indexOf("\n") + 1));
    });
  }
});
